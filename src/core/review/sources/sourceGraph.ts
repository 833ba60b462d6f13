import type { BundleFile } from '../../project/bundlePlan';
import type { BundleModules } from './bundleModules';
import type { Certainty } from './importCertainty';
import type { ScriptFacts } from './scriptFacts';

export interface SourceFile extends BundleFile {
  readonly facts: ScriptFacts;
}

/** Which of a service's scripts run, as far as reading them tells. */
export class SourceGraph {
  private readonly byPath: ReadonlyMap<string, SourceFile>;
  private readonly certain: ReadonlySet<string>;
  private readonly expected: ReadonlySet<string>;
  private readonly possible: ReadonlySet<string>;
  private readonly loadsOthers: boolean;

  constructor(
    files: readonly SourceFile[],
    private readonly modules: BundleModules,
  ) {
    this.byPath = new Map(files.map((file) => [file.path, file]));
    this.certain = this.reach('always');
    this.expected = this.reach('always', 'whenCalled');
    this.possible = this.reach('always', 'whenCalled', 'sometimes', 'guarded');
    this.loadsOthers = [...this.possible].some((path) => this.byPath.get(path)?.facts.loadsOthers);
  }

  /** Whether the service cannot start without loading it. */
  mustRun(file: SourceFile): boolean {
    return this.certain.has(file.path);
  }

  /** Whether it is loaded where all functions that load others are called, as those for handlers are. */
  shouldRun(file: SourceFile): boolean {
    return this.expected.has(file.path);
  }

  /** Whether the service is started with it. */
  isEntry(file: SourceFile): boolean {
    return file.path === this.entry();
  }

  /** A file that none names runs only where some are loaded by names that are made up. */
  mayRun(file: SourceFile): boolean {
    return this.possible.has(file.path) || (this.loadsOthers && !isAside(file.path));
  }

  /** The instance runs `node .`, which asks package.json for its main file; contract 4.2. */
  private entry(): string {
    return this.modules.resolve('package.json', '.', 'require').file ?? 'index.js';
  }

  private reach(...followed: readonly Certainty[]): Set<string> {
    const reached = new Set([this.entry()]);
    for (const path of reached) {
      for (const one of this.byPath.get(path)?.facts.imports ?? []) {
        const target = followed.includes(one.certainty) && isRelative(one.specifier);
        const file = target && this.modules.resolve(path, one.specifier, one.kind).file;
        if (file) {
          reached.add(file);
        }
      }
    }
    return reached;
  }
}

export function isRelative(specifier: string): boolean {
  return /^\.{1,2}(?:\/|$)/.test(specifier);
}

/** What people keep beside a service: tests, benchmarks, and the settings of their tools. */
function isAside(path: string): boolean {
  return asideFolders.test(path) || asideNames.test(path);
}

const asideFolders = /(?:^|\/)(?:tests?|__tests__|specs?|bench|benchmarks?|examples?)\//;
const asideNames =
  /(?:^|\/)(?:test|gulpfile|gruntfile)\.[cm]?js$|[.-](?:test|spec|bench|config)\.[cm]?js$/i;
