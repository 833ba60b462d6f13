import { isBuiltin } from 'node:module';
import type { BundleModules } from './bundleModules';
import type { Finding, Fix } from '../finding';
import { builtinProblem } from './builtinModules';
import type { LockedPackages } from './lockedPackages';
import type { PackageFile } from './packageFile';
import type { ScriptImport } from './scriptImports';

/** What is wrong with an import, told after the words `index.js, line 3, requires "…",`. */
export type ImportProblem = Pick<Finding, 'code' | 'message' | 'fix'> & {
  /** Whether it works nevertheless, for now. */
  readonly isHarmless?: boolean;
};

/** Whether the packages that scripts load will be installed on the instance. */
export class PackageChecks {
  constructor(
    /** Undefined where it cannot be read: then nobody knows what is installed. */
    private readonly root: PackageFile | undefined,
    private readonly modules: BundleModules,
    private readonly locked: LockedPackages,
    /** Of the environment; undefined where nobody knows. */
    private readonly nodeMajor: number | undefined,
  ) {}

  async problemOf(
    from: string,
    { specifier, kind }: Pick<ScriptImport, 'specifier' | 'kind'>,
  ): Promise<ImportProblem | undefined> {
    // A package may stand in for what an old Node.js does not have.
    const isPackage = this.root?.installed.has(specifier) ?? false;
    return this.nodeMajor !== undefined && !isPackage && isBuiltin(specifier)
      ? builtinProblem(specifier, kind, this.nodeMajor)
      : this.packageProblem(from, specifier);
  }

  private async packageProblem(
    from: string,
    specifier: string,
  ): Promise<ImportProblem | undefined> {
    const name = packageName(specifier);
    if (!this.root || name === undefined || this.isThere(this.root, from, name)) {
      return undefined;
    }
    const isInstalled = await this.locked.isInstalled(name);
    if (this.root.development.has(name)) {
      return devOnly(name, isInstalled);
    }
    return isInstalled ? transitive(name) : missing(name);
  }

  /** The SDK is asked for by another check; a package may load itself. */
  private isThere(root: PackageFile, from: string, name: string): boolean {
    const isKnown = root.installed.has(name) || name === root.name || name === 'kinvey-flex-sdk';
    return isKnown || this.modules.bringsPackage(from, name);
  }
}

/** Undefined for what is no package: part of Node.js, an address, a path, a name inside the package. */
function packageName(specifier: string): string | undefined {
  if (isBuiltin(specifier) || /^[/\\#.]|:|^$/.test(specifier)) {
    return undefined;
  }
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

function missing(name: string): ImportProblem {
  return {
    code: 'packageMissing',
    message: `which is not in the dependencies of package.json: run npm install ${name}.`,
    fix: { kind: 'addDependency', name },
  };
}

function transitive(name: string): ImportProblem {
  return {
    code: 'packageTransitive',
    message: `which is installed only because another package needs it: add it to the dependencies of package.json.`,
    fix: { kind: 'addDependency', name },
    isHarmless: true,
  };
}

function devOnly(name: string, isInstalled: boolean): ImportProblem {
  const fix: Fix = { kind: 'moveDependency', name };
  const what = 'which is only in devDependencies';
  return isInstalled
    ? {
        code: 'packageDevOnly',
        message: `${what} and is installed in the cloud only because another package needs it: move it to the dependencies.`,
        fix,
        isHarmless: true,
      }
    : {
        code: 'packageDevOnly',
        message: `${what}, which are not installed in the cloud: move it to the dependencies.`,
        fix,
      };
}
