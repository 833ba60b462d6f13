import { assignedSecrets, mayAssignSecrets } from './assignedSecrets';
import { noSecrets, type KnownSecret } from './knownSecrets';
import { RandomValues } from './randomValues';

/** The secrets that the lines of a file assign to something, also where the value stands alone on the next line. */
export class Assignments {
  private readonly randomValues: RandomValues;
  /** What the line before leaves open. */
  private open = '';

  constructor(private readonly file: string) {
    this.randomValues = new RandomValues(file);
  }

  /** Whether any line of the whole file may: that of most files says no, so that nobody reads them. */
  mayBeIn(text: string): boolean {
    return mayAssignSecrets(text, this.file) || this.randomValues.mayBeIn(text);
  }

  read(text: string): readonly KnownSecret[] {
    const found = this.found(text);
    const goesOn = this.open === '' ? noSecrets : this.found(this.open + text);
    this.open = openEnd(extendsAny.test(text) ? this.open + text : text);
    return goesOn.length === 0
      ? found
      : [...found, ...goesOn.filter(({ value }) => text.includes(value))];
  }

  private found(line: string): readonly KnownSecret[] {
    const named = assignedSecrets(line, this.file);
    const random = this.randomValues.of(line);
    if (named.length + random.length === 0) {
      return noSecrets;
    }
    return [
      ...named.map((value) => ({ rule: 'assigned secret', value })),
      ...random.map((value) => ({ rule: 'random text', value })),
    ];
  }
}

/** A line that leaves open what was open before it. */
const extendsAny = /^\s*$|(?:\|\||\?\?)\s{0,8}$/;
/** `password =`, `token: process.env.TOKEN ||`, and `password: |` of YAML: the value comes next. */
const opens = /(?:[:=]|\|\||\?\?)$/;
const block = /(?<=:\s{1,4})[|>][-+]?$/;
/** How most lines end. */
const closed = /[,;{}()[\]*/\\'"`]/;
/** Long enough for a name. */
const longest = 256;

/** What the next line goes on with; empty where the line ends for itself. */
function openEnd(line: string): string {
  if (closed.test(line.charAt(line.length - 1))) {
    return '';
  }
  const end = line.trimEnd().slice(-longest).replace(block, '').trimEnd();
  return opens.test(end) ? `${end} ` : '';
}
