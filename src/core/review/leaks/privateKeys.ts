const header = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/;
/** What stands around the characters of a key: quotes, commas, escaped line ends. */
const wrapping = /\\[nr]|["'`,;+\s>]/g;
/** Of a line in a comment. */
const commenting = /^\s*(?:\/{2,}|[*#])(?:\s+|$)/;
/** A line of the key itself, or one that tells how it is kept. */
const keyLine = /^(?:[A-Za-z0-9+/=]*|[A-Za-z-]{2,20}:.{0,200}|=[A-Za-z0-9+/]{4})$/;
const leastKey = 40;

export interface PrivateKey {
  /** Of its first line, counted from 1. */
  readonly line: number;
  readonly body: string;
}

/**
 * Finds private keys in lines that come one after the other. A header that no key follows, as in a
 * program that reads keys, is none.
 */
export class PrivateKeys {
  private open: PrivateKey | undefined;

  /** The key that ends at this line. */
  read(text: string, line: number): PrivateKey | undefined {
    const start = text.includes('-----BEGIN') ? header.exec(text) : null;
    if (start) {
      this.open = { line, body: '' };
      return this.add(text.slice(start.index + start[0].length));
    }
    return this.open && this.add(text);
  }

  /** Whether the lines that come may be of a key. */
  get isReading(): boolean {
    return this.open !== undefined;
  }

  /** The key that the file ends with. */
  end(): PrivateKey | undefined {
    const key = this.open;
    this.open = undefined;
    return key && key.body.length >= leastKey ? key : undefined;
  }

  private add(text: string): PrivateKey | undefined {
    const [content = '', ...end] = text.split('-----END');
    const part = content.replace(commenting, '').replace(wrapping, '');
    if (!this.open || !keyLine.test(part)) {
      return this.end();
    }
    const body = part.includes(':') || part.includes('-') ? '' : part;
    this.open = { ...this.open, body: this.open.body + body };
    return end.length > 0 ? this.end() : undefined;
  }
}
