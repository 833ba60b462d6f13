import fc from 'fast-check';
import type { TestService } from '../../support/runtimeClient';

export interface MultipartBody {
  readonly contentType: string;
  readonly body: Buffer;
}

const boundary = '--------------------------715623359294921663475058';

/** Deploys whose parts were left out, doubled, reordered, renamed, cut or put behind a wrong boundary. */
export function multipartBodies(
  service: TestService,
  tars: fc.Arbitrary<Buffer>,
): fc.Arbitrary<MultipartBody> {
  return fc
    .record({
      parts: fc.array(part(service, tars), { maxLength: 6 }),
      told: fc.constantFrom(boundary, boundary, boundary, 'x', '"', `${boundary}-`, ''),
      end: fc.constantFrom(`--${boundary}--\r\n`, `--${boundary}--\r\n`, `--${boundary}`, ''),
      keep: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 3 }),
    })
    .map(({ parts, told, end, keep }) => {
      const whole = Buffer.concat([...parts, Buffer.from(end)]);
      const body = keep === null ? whole : whole.subarray(0, Math.floor(whole.length * keep));
      return { contentType: `multipart/form-data; boundary=${told}`, body };
    });
}

function part(
  { serviceId, environmentId }: TestService,
  tars: fc.Arbitrary<Buffer>,
): fc.Arbitrary<Buffer> {
  const params = { serviceId, serviceEnvironmentId: environmentId, version: '1.0.0' };
  const text = (name: string, values: fc.Arbitrary<string>) =>
    values.map((value) =>
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      ),
    );
  const file = (name: string) =>
    tars.map((tar) =>
      Buffer.concat([
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="../../archive.tar"\r\nContent-Type: application/tar\r\n\r\n`,
        ),
        tar,
        Buffer.from('\r\n'),
      ]),
    );
  return fc.oneof(
    {
      weight: 3,
      arbitrary: text(
        'type',
        fc.constantFrom('deployService', 'deployService', 'recycleService', ''),
      ),
    },
    {
      weight: 3,
      arbitrary: text(
        'params',
        fc.oneof(fc.constant(JSON.stringify(params)), fc.json(), fc.string()),
      ),
    },
    { weight: 3, arbitrary: file('file') },
    { weight: 1, arbitrary: file('__proto__') },
    { weight: 1, arbitrary: text('__proto__', fc.string()) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
}
