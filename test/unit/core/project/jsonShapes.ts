import type { Random } from '../../../support/random';

/** Stands where a version stands that counts. */
export const versionMark = '\0';

const values = [
  '"a"',
  '"1.0.0"',
  '"é 日 \\u00e9 \\"version\\": \\"1.0.0\\""',
  'true',
  '-1e3',
  '[]',
  '{}',
  '{"version":"1.0.0"}',
  '[{"version": "1.0.0"}, "version"]',
  '{ "deep" : { "version" : "1.0.0", "version":"2.0.0" } }',
];
const names = ['name', 'main', 'engines', 'Version', 'versions', 'x\\ty', 'node_modules/version'];
/** Also as only a parser reads it. */
const versionKeys = ['version', 'version', '\\u0076ersion'];
const versions = ['"1.0.0"', '"0.1.0-beta.1+7"', '""', '1', 'null', '"\\u0031.0.0"'];

/** Writes JSON files whose versions that count are marked, each in one style of many. */
export class JsonShapes {
  private readonly eol: string;
  private readonly gap: string;
  private readonly colon: string;

  private constructor(private readonly random: Random) {
    const eol = random.pick(['\n', '\r\n']);
    this.eol = eol;
    this.gap = random.pick(['', ' ', eol, `${eol}\t`, `${eol}  `, `${eol}    `, `${eol}${eol} `]);
    this.colon = random.pick([':', ': ', ' : ', `:${eol}  `]);
  }

  static packageJson(random: Random): string {
    const shapes = new JsonShapes(random);
    return shapes.file(shapes.project());
  }

  /** Lockfile version 1, 2 or 3: only the later ones tell of the project among its packages. */
  static lockFile(random: Random): string {
    const shapes = new JsonShapes(random);
    const number = random.pick([1, 2, 3]);
    const parts = [
      [shapes.member('lockfileVersion', `${number}`)],
      number > 1 ? shapes.repeated(['packages', 'pack\\u0061ges'], shapes.packages()) : [],
      number < 3 ? [shapes.member('dependencies', shapes.installed())] : [],
    ];
    return shapes.file(shapes.project(parts));
  }

  /** A text with a version in each marked place. */
  static fill(marked: string, version: () => string): string {
    return marked.replaceAll(versionMark, version);
  }

  static anyVersion(random: Random): string {
    return random.pick(versions);
  }

  private file(json: string): string {
    const { random, eol } = this;
    return `${random.pick(['', '\uFEFF'])}${json}${random.pick(['', eol, eol + eol])}`;
  }

  /** An object with a version, or several of which the last one counts, among other members. */
  private project(parts: readonly string[][] = []): string {
    return this.object([this.repeated(versionKeys, versionMark), ...parts]);
  }

  private packages(): string {
    const root = this.random.chance(0.8) ? [this.repeated([''], this.project())] : [];
    return this.object([...root, [this.member('node_modules/b', '{"version": "1.0.0"}')]]);
  }

  private installed(): string {
    return this.object([[this.member('b', this.object([[this.member('version', '"1.0.0"')]]))]]);
  }

  /** A member, or several of one key: the last one counts, and only it keeps its marks. */
  private repeated(keys: readonly string[], value: string): string[] {
    const { random } = this;
    const unmarked = JsonShapes.fill(value, () => random.pick(versions));
    const first = random.chance(0.5) ? unmarked : random.pick(values);
    const before = random.chance(0.3) ? [this.member(random.pick(keys), first)] : [];
    return [...before, ...this.others(), this.member(random.pick(keys), value)];
  }

  /** The parts in any order, with others around them; what a part holds stays in order. */
  private object(parts: readonly (readonly string[])[]): string {
    const left = [...parts];
    const members = this.others();
    while (left.length > 0) {
      members.push(...(left.splice(this.random.below(left.length), 1)[0] ?? []), ...this.others());
    }
    return `{${members.join(',')}${this.random.pick(['', this.eol, ' '])}}`;
  }

  private others(): string[] {
    const { random } = this;
    return Array.from({ length: random.below(3) }, () =>
      this.member(random.pick(names), random.pick(values)),
    );
  }

  private member(key: string, value: string): string {
    return `${this.gap}"${key}"${this.colon}${value}`;
  }
}
