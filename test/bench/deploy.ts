import { createDeployBench } from './deploy/deployBench';
import { projects } from './deploy/projects';

/** Our deploy beside kinvey-cli's and beside `tar | curl`, each from command to job id. */
async function measure(): Promise<void> {
  const bench = await createDeployBench();
  try {
    for (const project of projects) await bench.compareProcesses(project);
    for (const project of projects) await bench.compareTransfers(project);
    await bench.measureMemory();
  } finally {
    await bench.end();
  }
}

void measure();
