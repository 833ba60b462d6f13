import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { checkout } from '../support/checkout';
import { until } from '../support/until';
import { failureOf, ordersFolder, run } from './station';

describe('what is kept of deployments', () => {
  const folder = ordersFolder();
  const index = path.join(folder, 'index.js');
  const allow = (megabytes: number | undefined) =>
    vscode.workspace
      .getConfiguration('flexservice.deploy')
      .update('keptMegabytes', megabytes, vscode.ConfigurationTarget.Global);
  let source = '';

  before(async () => {
    source = await readFile(index, 'utf8');
  });
  after(async () => {
    await allow(undefined);
    await writeFile(index, source);
  });

  it('goes by the setting as it is when the next deploy ends', async () => {
    const { version } = await run('flexservice.services.status', { folder });
    await run('flexservice.deploy.compareSent', { folder, version });
    const broken = path.join(checkout, 'test/fixtures/broken-startup/index.js');
    await writeFile(index, await readFile(broken, 'utf8'));
    await allow(0.0001);

    const minor = { folder, bump: 'minor', confirm: true };
    const { outcome } = await run('flexservice.deploy.deploy', minor);

    assert.equal(outcome, 'failed');
    const failure = await until('it to be gone', () =>
      failureOf(run('flexservice.deploy.compareSent', { folder, version })).catch(() => undefined),
    );
    assert.match(failure.message, /is not kept any more/);
  });
});
