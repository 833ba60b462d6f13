import path from 'node:path';
import { throwIfAborted } from '../../base/retry';
import type { Discovery } from '../../handlers/localService';
import { BundleModules } from './bundleModules';
import type { BundleFile, BundlePlan } from '../../project/bundlePlan';
import { Breaths, readTextOf } from '../../project/smallFiles';
import { errorsFirst, type Finding } from '../finding';
import { certainHandlers, registeredHandlers } from './registeredHandlers';
import { ImportChecks } from './importChecks';
import { checkJson } from './jsonChecks';
import { isTooLarge, unchecked, unreadFacts } from './largeSources';
import { checkLocalPackages } from './localPackages';
import { LockedPackages } from './lockedPackages';
import { PackageChecks } from './packageChecks';
import { readPackageFile, type PackageFile } from './packageFile';
import { checkRuntime, nodeMajorOf } from './runtimeChecks';
import type { ScriptGoal } from './scriptFacts';
import { SourceGraph, type SourceFile } from './sourceGraph';
import { checkSyntax } from './syntaxChecks';
import { usedVariablesOf, type UsedVariable } from './usedVariables';

export interface SourceCheckOptions {
  /** Of the service environment, such as `flex-runtime-node12`; undefined: it names none. */
  readonly runtime?: string | null;
  readonly signal?: AbortSignal;
}

export interface SourceReport {
  /** Errors first. */
  readonly findings: readonly Finding[];
  /** To be compared with what the service environment sets. */
  readonly usedVariables: readonly UsedVariable[];
  /** What it will say that it handles; undefined where only running it tells. */
  readonly handlers?: Discovery;
  /** What it will say in any case, whatever else; undefined where nothing is that sure. */
  readonly certain?: Discovery;
}

/**
 * Reads a service's own scripts without running them, and tells what will fail on the instance:
 * syntax errors, what is required and will not be there, a Node.js or an SDK that does not fit. A
 * file that cannot be read is left to the archive. Throws `cancelled`.
 */
export async function checkSources(
  plan: BundlePlan,
  { runtime, signal }: SourceCheckOptions = {},
): Promise<SourceReport> {
  const manifests = await readPackages(plan);
  const root = manifests.get('');
  const modules = new BundleModules(plan, manifests);
  const nodeMajor = nodeMajorOf(runtime);
  const files = await readScripts(plan, modules, { nodeMajor, signal });
  const graph = new SourceGraph(files, modules);
  const packages = new PackageChecks(
    root,
    modules,
    await LockedPackages.read(plan.folder),
    nodeMajor,
  );
  const findings = [
    ...checkSyntax(files, graph, nodeMajor),
    ...checkJson(files, graph, { plan, modules }),
    ...unreadScripts(files, graph),
    ...(await new ImportChecks({ graph, modules, packages }).check(files)),
    ...(root ? checkPackage(root, modules, { folder: plan.folder, nodeMajor }) : []),
  ];
  const usedVariables = usedVariablesOf(files.filter((file) => graph.mayRun(file)));
  const handlers = registeredHandlers(files, graph);
  const certain = certainHandlers(files, graph);
  return { findings: errorsFirst(findings), usedVariables, handlers, certain };
}

function unreadScripts(files: readonly SourceFile[], graph: SourceGraph): Finding[] {
  return files
    .filter((file) => isTooLarge(file) && graph.mayRun(file))
    .map((file) => unchecked(file, 'whether Node.js can read it, and what it loads'));
}

function checkPackage(
  root: PackageFile,
  modules: BundleModules,
  { folder, nodeMajor }: { folder: string; nodeMajor?: number },
): Finding[] {
  const file = path.join(folder, 'package.json');
  return [...checkLocalPackages(root, modules, file), ...checkRuntime(root, file, nodeMajor)];
}

async function readPackages(plan: BundlePlan): Promise<Map<string, PackageFile>> {
  const packages = new Map<string, PackageFile>();
  const own = plan.files.filter((file) => isOwn(file) && /(?:^|\/)package\.json$/.test(file.path));
  for (const file of own) {
    const found = await readPackageFile(file.absolute);
    if (found) {
      packages.set(file.path.replace(/\/?package\.json$/, ''), found);
    }
  }
  return packages;
}

async function readScripts(
  plan: BundlePlan,
  modules: BundleModules,
  { nodeMajor, signal }: { nodeMajor?: number; signal?: AbortSignal },
): Promise<SourceFile[]> {
  // Loaded here: the parser is large, and most windows never deploy.
  const { readScript } = await import('./scriptFacts');
  const scripts: SourceFile[] = [];
  const breaths = new Breaths();
  for (const file of plan.files.filter(isOwnScript)) {
    await breaths.take();
    throwIfAborted(signal);
    if (isTooLarge(file)) {
      scripts.push({ ...file, facts: unreadFacts });
      continue;
    }
    const text = readTextOf(file);
    if (text !== undefined) {
      const goal = goalOf(file.path, modules);
      const facts = readScript(text.replace(/^\uFEFF/, ''), goal, nodeMajor);
      scripts.push({ ...file, facts });
    }
  }
  return scripts;
}

function isOwn({ path: file }: BundleFile): boolean {
  return !/(?:^|\/)node_modules\//.test(file);
}

function isOwnScript(file: BundleFile): boolean {
  return isOwn(file) && /\.[cm]?js$/.test(file.path);
}

function goalOf(file: string, modules: BundleModules): ScriptGoal {
  if (file.endsWith('.mjs')) {
    return 'module';
  }
  if (file.endsWith('.cjs')) {
    return 'commonjs';
  }
  return modules.packageOf(file)?.type ?? 'unknown';
}
