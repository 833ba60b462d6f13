/** Opens when so many have come. */
export function gate(many: number) {
  let left = many;
  const { promise: open, resolve } = Promise.withResolvers<undefined>();
  const count = () => {
    left -= 1;
    if (left === 0) resolve(undefined);
  };
  return { open, count };
}
