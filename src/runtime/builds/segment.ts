/** An identifier as one segment of a path; throws where it could lead anywhere else. */
export function segment(identifier: string): string {
  if (!/^[\w-][\w.-]*$/.test(identifier)) {
    throw new Error(`'${identifier}' is no identifier.`);
  }
  return identifier;
}
