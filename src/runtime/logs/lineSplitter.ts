import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut here: nothing that a service prints may fill the memory. */
const longestLine = 65_536;

/** Makes lines of the bytes of one stream, wherever its chunks are cut. One splitter per stream. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  write(chunk: Buffer): void {
    const lines = (this.rest + this.decoder.write(chunk)).split('\n');
    this.rest = lines.pop() ?? '';
    lines.forEach((line) => this.emit(line));
    while (this.rest.length >= longestLine) {
      this.onLine(this.rest.slice(0, longestLine));
      this.rest = this.rest.slice(longestLine);
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
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    for (let start = 0; start === 0 || start < text.length; start += longestLine) {
      this.onLine(text.slice(start, start + longestLine));
    }
  }
}
