import { rmSync } from 'node:fs';
import path from 'node:path';
import { checkout } from '../../test/support/checkout';
import { mainJob, type Station } from '../../test/ui/mainJob';
import { openScene, type OwnedScene } from '../../test/ui/scene';
import { endOnSignal } from './endOnSignal';

const pictures = path.join(checkout, 'out/tour');

/** Does the whole main job in VS Code's own user interface, with a picture and a line for each step. */
export async function main({ vsix }: { vsix: string }): Promise<void> {
  rmSync(pictures, { recursive: true, force: true });
  const start = Date.now();
  const scene = await openScene({ pictures: 'tour', vsix });
  endOnSignal(() => scene.end());
  console.log(line(0, 'VS Code is open, a FlexService Runtime answers', start));
  const failed = await walk(scene);
  await scene.end();
  console.log(`Pictures: ${path.relative(process.cwd(), pictures)}`);
  if (failed) {
    console.error(`The tour ended at '${failed.title}'.`);
    process.exitCode = 1;
  }
}

/** Each station relies on those before, so the first failure ends the tour; answers that station. */
async function walk(scene: OwnedScene): Promise<Station | undefined> {
  for (const [index, station] of mainJob.entries()) {
    const start = Date.now();
    try {
      await station.run(scene);
      console.log(line(index + 1, station.title, start));
    } catch (error) {
      console.log(line(index + 1, `FAILED: ${station.title}`, start));
      console.error(error);
      await scene.shot(`${station.name}-failed`);
      return station;
    }
  }
  return undefined;
}

function line(number: number, title: string, start: number): string {
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  return `${String(number).padStart(2)}  ${title.padEnd(70)} ${seconds.padStart(6)} s`;
}
