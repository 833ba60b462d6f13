import path from 'node:path';
import { contentsOf } from '../support/contentsOf';
import type { HeldProxy } from '../support/heldProxy';
import type { OwnedScene } from './scene';

/** All that an answer could have changed, where the instance is asked by way of the proxy. */
export async function tracesOf({ window, folder }: OwnedScene, proxy: HeldProxy) {
  return {
    folder: await contentsOf(folder),
    remembered: await contentsOf(storageOf(window.dataDir)),
    asked: [...proxy.changes],
    unsaved: await window.workbench.editors.unsaved(),
  };
}

export type Traces = Awaited<ReturnType<typeof tracesOf>>;

/** Where the extension keeps the history and what else it remembers. */
function storageOf(dataDir: string): string {
  return path.join(dataDir, 'user/User/globalStorage/flexservice.flexservice');
}
