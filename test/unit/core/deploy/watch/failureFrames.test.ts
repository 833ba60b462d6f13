import assert from 'node:assert/strict';
import { Vault } from '../../../../../src/core/deploy/vault/vault';
import { readFailureFrames } from '../../../../../src/core/deploy/watch/failureFrames';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { DeployTrial } from '../deployTrial';

describe('a deploy whose service does not start', () => {
  let trial: DeployTrial;
  let directory = '';
  let vault: Vault;

  beforeEach(async () => {
    trial = await DeployTrial.start();
    directory = createScratchFolder('vault');
    vault = new Vault(directory, () => 1_000_000);
    const deployment = { status: 'ERROR', version: '1.0.1' };
    trial.instance.statuses = [
      { status: 'NEW' },
      { status: 'ERROR', version: '1.0.1', deployment },
    ];
    const output = `/app/orders.js:3
  return foo.bar(x);
  ^

ReferenceError: foo is not defined
    at boot (/app/orders.js:3:3)
    at Object.<anonymous> (/app/index.js:1:1)
    at load (/app/node_modules/sdk/index.js:9:9)
`;
    trial.instance.logs = [1, 2].map((second) => ({
      _id: `entry-${second}`,
      containerId: `c${second}`,
      threshold: null,
      timestamp: `2026-01-02T03:04:0${second}.000Z`,
      message: output,
    }));
    await trial.write('orders.js', '// orders as sent');
  });
  afterEach(() => {
    trial.end();
    removeScratchFolder(directory);
  });

  const sourcesOf = async () => {
    assert.ok(trial.last);
    const frames = await readFailureFrames(vault, trial.last);
    return frames.map(({ source }) => source && [source.path, source.line, source.at]);
  };

  it('is remembered with its error, each frame leading to the file that was sent', async () => {
    await trial.deploy({ vault });

    const { message, count } = trial.last?.startupError ?? {};
    assert.deepEqual([message, count], ['ReferenceError: foo is not defined', 2]);
    assert.deepEqual(await sourcesOf(), [
      ['orders.js', 3, 'folder'],
      ['index.js', 1, 'folder'],
      undefined,
    ]);

    await trial.write('orders.js', '// orders, mended');

    assert.deepEqual(await sourcesOf(), [
      ['orders.js', 3, 'vault'],
      ['index.js', 1, 'folder'],
      undefined,
    ]);
  });

  it('reads nothing that was kept of a deploy without a startup error', async () => {
    const read: string[] = [];
    class Watched extends Vault {
      override read(folder: string, hash: string) {
        read.push(hash);
        return super.read(folder, hash);
      }
    }
    await trial.deploy({ vault });
    assert.ok(trial.last);

    const online = { ...trial.last, startupError: undefined };
    const frames = await readFailureFrames(new Watched(directory, () => 1_000_000), online);

    assert.deepEqual([frames, read], [[], []]);
  });

  it('leads to the files of the folder where nothing was kept', async () => {
    await trial.deploy();
    await trial.write('orders.js', '// orders, mended');

    assert.deepEqual((await sourcesOf()).at(0), ['orders.js', 3, 'folder']);
  });
});
