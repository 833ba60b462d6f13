import { benchDeploy } from './runtime/deploy';
import { benchIngress } from './runtime/ingress';
import { benchLogLines } from './runtime/logLines';
import { benchMemory } from './runtime/memory';
import { benchRestart } from './runtime/restart';
import { benchRollouts } from './runtime/rollouts';

const parts: Readonly<Record<string, () => Promise<void>>> = {
  deploy: benchDeploy,
  ingress: benchIngress,
  rollouts: benchRollouts,
  logLines: benchLogLines,
  memory: benchMemory,
  restart: benchRestart,
};

/** Runs all parts, or those that are named on the command line, one after the other. */
async function measure(names: readonly string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(parts)) {
    const part = parts[name];
    if (!part) throw new Error(`${name} is none of ${Object.keys(parts).join(', ')}`);
    await part();
  }
}

void measure(process.argv.slice(2));
