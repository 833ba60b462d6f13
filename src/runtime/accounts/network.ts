/**
 * What a caller's address is counted by: itself, or for IPv6 its /64, of which one household or
 * server has all addresses.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) {
    return mapped ?? address;
  }
  const [head = '', tail] = address.split('::');
  const left = groupsOf(head);
  const missing = tail === undefined ? 0 : 8 - left.length - groupsOf(tail).length;
  const groups = [...left, ...Array<string>(Math.max(missing, 0)).fill('0'), ...groupsOf(tail)];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function groupsOf(text = ''): string[] {
  return text === '' ? [] : text.split(':');
}
