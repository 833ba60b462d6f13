import { validationFailed, type FieldProblem } from './errors';

const nameLimit = 256;
const textLimit = 16_384;

/** Reads the fields of a JSON body and gathers everything that is wrong with them for one answer. */
export class Body {
  private readonly problems: FieldProblem[] = [];
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(body: unknown) {
    if (!isRecord(body)) {
      throw validationFailed([{ message: 'A JSON object is expected.' }]);
    }
    this.fields = body;
  }

  /** A text that must be there and not be blank. */
  name(field: string, limit = nameLimit): string {
    const value = this.optionalText(field, limit);
    if (value !== undefined && value.trim() !== '') {
      return value;
    }
    if (!this.problems.some((problem) => problem.field === field)) {
      this.refuse(field, `${field} is required.`);
    }
    return '';
  }

  /** Absent and null are the same. */
  optionalText(field: string, limit = textLimit): string | undefined {
    const value = this.fields[field] ?? undefined;
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'string' || value.length > limit) {
      this.refuse(field, `${field} must be a text of at most ${limit} characters.`);
      return undefined;
    }
    return value;
  }

  optionalRecord(field: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.fields[field] ?? undefined;
    if (value === undefined || isRecord(value)) {
      return value;
    }
    this.refuse(field, `${field} must be an object.`);
    return undefined;
  }

  /** Names to texts; fit to become the environment of a process. */
  optionalVariables(field: string): Record<string, string> | undefined {
    const record = this.optionalRecord(field);
    if (!record) {
      return undefined;
    }
    const variables: Record<string, string> = {};
    for (const [name, value] of Object.entries(record)) {
      if (!/^[^=\0]+$/.test(name) || typeof value !== 'string' || value.includes('\0')) {
        this.refuse(
          field,
          `The variable ${JSON.stringify(name)} must have a name without "=" and a text as its value.`,
        );
      } else {
        variables[name] = value;
      }
    }
    return variables;
  }

  refuse(field: string, message: string): void {
    this.problems.push({ field, message });
  }

  /** Throws ValidationError with all that was found. */
  check(): void {
    if (this.problems.length > 0) {
      throw validationFailed(this.problems);
    }
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
