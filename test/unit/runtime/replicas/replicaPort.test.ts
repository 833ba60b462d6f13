import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { findFreePort } from '../../../../src/core/base/freePort';
import { checkout } from '../../../support/checkout';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

describe('replicaPort', () => {
  let folder: string;
  let hook: string;

  before(() => {
    folder = createScratchFolder('port');
    hook = path.join(folder, 'replicaPort.js');
    buildSync({
      entryPoints: [path.join(checkout, 'src/runtime/replicas/replicaPort.ts')],
      outfile: hook,
      bundle: true,
      platform: 'node',
      target: 'node6',
    });
  });

  after(() => removeScratchFolder(folder));

  /** What a service prints that listens by `listen`, with the hook and its variables. */
  async function run(listen: string, replicaPort: number): Promise<unknown> {
    const service = path.join(folder, 'service.js');
    writeFileSync(
      service,
      `const server = require('http').createServer();
       const report = () => {
         console.log(JSON.stringify([server.address(), Object.keys(process.env).filter((name) => name.startsWith('FLEX_'))]));
         server.close();
       };
       ${listen}`,
    );
    const env = {
      FLEX_REPLICA_SERVICE_PORT: '10001',
      FLEX_REPLICA_PORT: String(replicaPort),
      FLEX_REPLICA_OF: folder,
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['-r', hook, service], { env });
    return JSON.parse(stdout);
  }

  for (const listen of [
    'server.listen(10001, report)',
    "server.listen('10001', 'localhost', report)",
    "server.listen(10001, '0.0.0.0', 5, report)",
    "server.listen({ port: 10001, host: '::' }, report)",
    "server.on('listening', report).listen(10001)",
  ]) {
    it(`moves ${listen} to the port of the replica, and leaves no trace in the variables`, async () => {
      const port = await findFreePort();

      const expected = [{ address: '127.0.0.1', family: 'IPv4', port }, []];
      assert.deepEqual(await run(listen, port), expected);
    });
  }

  it('leaves every other listen alone', async () => {
    const port = await findFreePort();
    const own = await findFreePort();

    const [address] = (await run(`server.listen(${own}, '127.0.0.1', report)`, port)) as [object];

    assert.deepEqual(address, { address: '127.0.0.1', family: 'IPv4', port: own });
    const pipe = path.join(folder, 'socket');
    assert.deepEqual(await run(`server.listen('${pipe}', report)`, port), [pipe, []]);
  });
});
