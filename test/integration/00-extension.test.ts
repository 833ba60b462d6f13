import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  contributes: { commands: { command: string }[] };
}

describe('the extension', () => {
  const extension = () => {
    const found = vscode.extensions.getExtension('flexservice.flexservice');
    assert.ok(found, 'FlexService is not installed');
    return found;
  };

  it('activates', async () => {
    await extension().activate();

    assert.equal(extension().isActive, true);
  });

  it('registers every command that package.json declares', async () => {
    await extension().activate();

    const declared = (extension().packageJSON as Manifest).contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      declared.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });
});
