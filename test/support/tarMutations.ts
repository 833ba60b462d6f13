import fc from 'fast-check';

const block = 512;

/** One change of a tar: bytes at a place of the n-th header, and whether its checksum is mended. */
interface Mutation {
  readonly header: number;
  readonly at: number;
  readonly bytes: Buffer;
  readonly mendChecksum: boolean;
}

/** Where the fields of a ustar header lie, with what makes trouble in them. */
const fields: readonly (readonly [at: number, values: readonly string[]])[] = [
  [0, ['../../x', '/tmp/x\0', '..\0', 'a/../../../x\0', '.\0', '\0', 'C:\\x\0', '\\\\x\\y\0']],
  [100, ['777777 \0', '\0\0\0\0\0\0\0\0']],
  [124, ['77777777777 ', '-0000000001 ', '00000000001 ', '\x80\0\0\0\0\0\0\0\xff\xff\xff\xff']],
  [156, ['1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'N', '\0', 'Z']],
  [157, ['../../x\0', '/etc/passwd\0']],
  [257, ['ustar  \0', 'nonsense']],
  [345, ['../..\0', '/\0']],
];

const flips = fc.record({
  header: fc.nat(5),
  at: fc.nat(block - 1),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  mendChecksum: fc.boolean(),
});

const structured = fc
  .constantFrom(...fields.flatMap(([at, values]) => values.map((value) => ({ at, value }))))
  .chain(({ at, value }) =>
    fc.record({
      header: fc.nat(5),
      at: fc.constant(at),
      bytes: fc.constant(Buffer.from(value, 'latin1')),
      mendChecksum: fc.constant(true),
    }),
  );

/** Tars that a real one becomes by a few changes, some of them cut or with a tail. */
export function mutatedTars(original: Buffer): fc.Arbitrary<Buffer> {
  return fc
    .record({
      mutations: fc.array(fc.oneof(flips, structured), { maxLength: 4 }),
      keep: fc.option(fc.nat(original.length), { freq: 3 }),
      tail: fc.uint8Array({ maxLength: 700 }),
    })
    .map(({ mutations, keep, tail }) => {
      const tar = Buffer.from(original);
      mutations.forEach((mutation) => mutate(tar, mutation));
      return Buffer.concat([tar.subarray(0, keep ?? tar.length), tail]);
    });
}

function mutate(tar: Buffer, { header, at, bytes, mendChecksum }: Mutation): void {
  const start = headersOf(tar)[header % headersOf(tar).length] ?? 0;
  const room = block - at;
  bytes.copy(tar, start + at, 0, room);
  if (mendChecksum) writeChecksum(tar.subarray(start, start + block));
}

/** Each block that says ustar is taken for a header. */
function headersOf(tar: Buffer): number[] {
  const starts: number[] = [];
  for (let start = 0; start + block <= tar.length; start += block) {
    if (tar.toString('latin1', start + 257, start + 262) === 'ustar') starts.push(start);
  }
  return starts.length > 0 ? starts : [0];
}

/** Of a tar header, as it is written in the header (POSIX ustar). */
export function writeChecksum(header: Buffer): void {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
