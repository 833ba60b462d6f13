import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tar from 'tar';
import { json, ScriptedServer } from './scriptedServer';

/** A registry on this machine that knows version 1.0.0 of one package; `files` is scratch space. */
export async function startRegistry(name: string, files: string): Promise<ScriptedServer> {
  const server = await ScriptedServer.start();
  const manifest = { name, version: '1.0.0' };
  const tarball = await pack(manifest, files);
  const dist = { tarball: `${server.url}one.tgz` };
  const versions = { '1.0.0': { ...manifest, dist } };
  const known = { name, 'dist-tags': { latest: '1.0.0' }, versions };
  return server
    .on(`GET ${name.replace('/', '%2f')}`, json(200, known))
    .on('GET one.tgz', (_, response) => response.end(tarball));
}

async function pack(manifest: object, files: string): Promise<Buffer> {
  await mkdir(path.join(files, 'package'));
  await writeFile(path.join(files, 'package/package.json'), JSON.stringify(manifest));
  return tar.create({ gzip: true, cwd: files, sync: true }, ['package']).read() ?? Buffer.alloc(0);
}
