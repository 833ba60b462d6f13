import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut here: nothing that a service prints may fill the memory. */
const longestLine = 65_536;

/** Makes lines of the bytes of one stream, wherever its chunks are cut. One splitter per stream. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  write(chunk: Uint8Array): void {
    const lines = (this.rest + this.decoder.write(asBuffer(chunk))).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      this.emit(line);
    }
    // One more, which may be the carriage return before a newline that is still on its way.
    while (this.rest.length > longestLine + 1) {
      this.rest = this.emitPiece(this.rest);
    }
  }

  /** The stream has ended: a last line without a newline counts too. */
  end(): void {
    const last = this.rest + this.decoder.end();
    this.rest = '';
    if (last !== '') {
      this.emit(last);
    }
  }

  private emit(line: string): void {
    let text = line.endsWith('\r') ? line.slice(0, -1) : line;
    while (text.length > longestLine) {
      text = this.emitPiece(text);
    }
    this.onLine(text);
  }

  /** Answers what is left. A character of two UTF-16 units stays whole. */
  private emitPiece(text: string): string {
    const last = text.charCodeAt(longestLine - 1);
    const end = last >= 0xd800 && last <= 0xdbff ? longestLine - 1 : longestLine;
    this.onLine(text.slice(0, end));
    return text.slice(end);
  }
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
