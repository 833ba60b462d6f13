import { pipeline, Transform, type Readable } from 'node:stream';

/** Lets a body through and tells of each piece; remembers what the body itself failed with. */
export function watchBody(body: Readable, onChunk: () => void) {
  let failure: Error | undefined;
  body.once('error', (error: Error) => (failure = error));
  const stream = new Transform({
    transform(chunk, _encoding, done) {
      onChunk();
      done(null, chunk);
    },
  });
  pipeline(body, stream, () => undefined);
  return { stream, failure: () => failure };
}
