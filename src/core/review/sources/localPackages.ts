import path from 'node:path';
import type { Finding } from '../finding';
import type { BundleModules } from './bundleModules';
import type { PackageFile } from './packageFile';

/** What other package managers read, and npm refuses; wherever in package.json it stands. */
const foreign = /^(?:link|workspace|portal|patch|catalog):/;
/** As npm tells a path from a version: `file:…`, `./…`, `~/…`, `C:\…`, `lib.tgz`. */
const local = /^file:|^\.{0,2}[\\/]|^\.{1,2}$|^~[\\/]|^[a-z]:[\\/]|^[^@:]*\.(?:tgz|tar\.gz|tar)$/i;
const elsewhere = /^(?:[\\/~]|[a-z]:|\.\.(?:[\\/]|$))/i;

/** Dependencies that the instance cannot install, since they lie on this machine only. */
export function checkLocalPackages(
  { installed, optional, development }: PackageFile,
  modules: BundleModules,
  file: string,
): Finding[] {
  const told = (name: string, range: string, severity: Finding['severity']): Finding[] => {
    const why = foreign.test(range) ? notForNpm : severity === 'error' && notSent(range, modules);
    const message = `package.json asks for ${name} as "${range}", ${why}.`;
    return why ? [{ severity, code: 'packageLocal', message, file }] : [];
  };
  return [
    ...[...installed].flatMap(([name, range]) =>
      told(name, range, optional.has(name) ? 'warning' : 'error'),
    ),
    ...[...development].flatMap(([name, range]) =>
      installed.has(name) ? [] : told(name, range, 'warning'),
    ),
  ];
}

const notForNpm = 'which npm cannot install: name a version, or a path inside the folder';

/** Why what a range leads to is not there on the instance; undefined: it is, or leads to no file. */
function notSent(range: string, modules: BundleModules): string | undefined {
  if (!local.test(range)) {
    return undefined;
  }
  const target = path.posix.normalize(
    range.replace(/^file:(?:\/\/(?=\/))?/, '').replace(/\\/g, '/'),
  );
  if (elsewhere.test(target)) {
    return 'which is outside of the folder and not deployed';
  }
  const directory = target.replace(/^\.?\/?$|\/$/, '');
  const manifest = path.posix.join(directory, 'package.json');
  if (modules.holds(directory) || modules.holds(manifest)) {
    return undefined;
  }
  const rule = modules.ruleAgainst(manifest);
  return rule === undefined
    ? 'and there is no such package in the folder'
    : `which is not deployed (${rule})`;
}
