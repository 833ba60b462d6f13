/**
 * The data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html),
 * those of one piece together. What is not an event, such as a comment, only shows life.
 */
export async function* readEvents(pieces: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  for await (const piece of pieces) {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    const events = blocks.flatMap(dataOf);
    if (events.length > 0) {
      yield events;
    }
  }
}

function dataOf(block: string): string[] {
  const lines = block.split('\n').filter((line) => line.startsWith('data:'));
  const data = lines.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n');
  return lines.length > 0 ? [data] : [];
}
