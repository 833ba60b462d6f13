import { rm } from 'node:fs/promises';
import path from 'node:path';
import { checkout } from '../support/checkout';
import { copyOrdersService } from '../support/ordersService';
import { owner, startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { VscodeWindow, type VscodeWindowOptions } from '../support/vscodeWindow';
import type { Scene } from './mainJob';

export interface OwnedScene extends Scene {
  /** The copy of the orders service that the window shows. */
  folder: string;
  runtime: RuntimeProcess;
  runtimeData: string;
  /** Everything but the window anew: the folder as it was, bound to nothing, and another runtime. */
  startOver: () => Promise<void>;
  end: () => Promise<void>;
}

export interface SceneOptions extends Omit<VscodeWindowOptions, 'folder' | 'vsix'> {
  /** Where pictures go, below out/. */
  pictures: string;
  vsix: string;
}

/** A window on a copy of the orders service with the packaged extension, and a runtime beside it. */
export async function openScene({ pictures, ...options }: SceneOptions): Promise<OwnedScene> {
  const scratch = createScratchFolder('scene');
  const folder = path.join(scratch, 'orders');
  await copyOrdersService(folder);
  const runtimeData = path.join(scratch, 'runtime');
  const start = (dataDirectory: string) =>
    startRuntime({ dataDirectory, env: { FLEX_RUNTIME_START_ATTEMPTS: '3' } });
  const runtime = await start(runtimeData);
  const window = await VscodeWindow.open({ ...options, folder });
  let shots = 0;
  const shot = async (name: string, page = window.workbench.page) => {
    const number = String(++shots).padStart(2, '0');
    await page.screenshot({ path: path.join(checkout, 'out', pictures, `${number}-${name}.png`) });
  };
  const scene: OwnedScene = {
    window,
    runtime,
    runtimeData,
    folder,
    email: owner.email,
    password: owner.password,
    shot,
    startOver: async () => {
      await scene.runtime.stop();
      await rm(path.join(folder, '.kinvey'));
      await copyOrdersService(folder);
      scene.runtimeData = path.join(scratch, 'other-runtime');
      scene.runtime = await start(scene.runtimeData);
    },
    end: async () => {
      await window.close();
      await scene.runtime.stop();
      removeScratchFolder(scratch);
    },
  };
  return scene;
}

/** The packaged extension that scripts/test.mjs made. */
export function packagedExtension(): string {
  const { TEST_VSIX: vsix } = process.env;
  if (!vsix) throw new Error('TEST_VSIX names no packaged extension: run the tests by npm');
  return vsix;
}
