import { createDeployBench, type DeployBench } from './deploy/deployBench';
import { projects, real } from './deploy/projects';

const parts: Readonly<Record<string, (bench: DeployBench) => Promise<void>>> = {
  processes: async (bench) => {
    for (const project of [...projects, real]) await bench.compareProcesses(project);
  },
  sending: async (bench) => {
    for (const project of projects) await bench.compareTransfers(project);
  },
  memory: (bench) => bench.measureMemory(),
};

/** Our deploy beside kinvey-cli's and beside `tar | curl`; all parts, or those that are named. */
async function measure(names: readonly string[]): Promise<void> {
  const bench = await createDeployBench();
  try {
    for (const name of names.length > 0 ? names : Object.keys(parts)) {
      const part = parts[name];
      if (!part) throw new Error(`${name} is none of ${Object.keys(parts).join(', ')}`);
      await part(bench);
    }
  } finally {
    await bench.end();
  }
}

void measure(process.argv.slice(2));
