import { CodeServer, installExtension } from '../../test/support/codeServer';
import type { EditorRequest, OpenEditor } from './playground';

/** The VS Code of the npm package code-server. It serves whoever reaches its port, on loopback only. */
export async function openBrowserEditor(request: EditorRequest): Promise<OpenEditor> {
  const { dataDir, folder, vsix, settings } = request;
  await installExtension(dataDir, vsix);
  const server = await CodeServer.start({ dataDir, settings });
  return {
    place: `${server.origin}/?folder=${folder}  (open it in your browser)`,
    closed: new Promise(() => undefined),
    close: () => server.stop(),
  };
}
