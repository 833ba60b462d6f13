import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Manifest {
  version: string;
  engines: { vscode: string };
  devDependencies: Record<string, string>;
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string }[];
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; contents: string; when: string }[];
    menus: Record<string, { command: string; when: string; group: string }[]>;
    keybindings: { command: string; when: string }[];
    configuration: { properties: Record<string, Record<string, unknown>> };
  };
}

const root = path.resolve(__dirname, '../../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const manifestText = read('package.json');
const manifest = JSON.parse(manifestText) as Manifest;
const nls = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;
const declared = contributes.commands.map(({ command }) => command);
const sources = globSync('src/{editor/**/*,extension}.ts', { cwd: root }).map(read).join('\n');

describe('package.json', () => {
  it('declares every command that is registered, and registers every one it declares', () => {
    const registered = [...sources.matchAll(/\.register\(\s*'(flexservice\.[\w.]+)'/g)].map(
      ([, id]) => id,
    );

    assert.deepEqual([...new Set(registered)].sort(), [...declared].sort());
  });

  it('names only declared commands in menus, key bindings and welcome views', () => {
    const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(
      ({ command }) => command,
    );
    const linked = Object.values(nls).flatMap((text) =>
      [...text.matchAll(/\(command:(flexservice[\w.]+)\)/g)].map(([, id]) => id ?? ''),
    );

    assert.deepEqual(
      [...named, ...linked].filter((id) => !declared.includes(id)),
      [],
    );
  });

  it('asks in its when clauses only for keys that the extension sets', () => {
    const contributions = read('src/editor/contributions.ts');
    const asked = [...manifestText.matchAll(/"when": "([^"]*)"/g)].flatMap(([, when]) =>
      [...(when ?? '').matchAll(/flexservice\.\w+/g)].map(([key]) => key),
    );

    assert.ok(asked.length > 0);
    assert.deepEqual(
      asked.filter((key) => !contributions.includes(`'${key}'`)),
      [],
    );
  });

  it('has every text in package.nls.json, and no text there that it does not use', () => {
    const used = [...manifestText.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');

    assert.deepEqual([...new Set(used)].sort(), Object.keys(nls).sort());
  });

  it('puts every command into the category Flex, with a title in Title Case', () => {
    for (const { command, category, title } of contributes.commands) {
      assert.equal(category, 'Flex', command);
      const text = nls[title.slice(1, -1)] ?? '';
      assert.match(text, /^[A-Z][a-z]+( ([A-Z][a-z]*|Node\.js|a|as|of|to|the|with))*$/, command);
    }
  });

  it('gives every command in a title bar or inline an icon', () => {
    const shown = Object.values(contributes.menus)
      .flat()
      .filter(({ group }) => /^(navigation|inline)/.test(group))
      .map(({ command }) => command);
    const withIcon = contributes.commands.filter(({ icon }) => icon).map(({ command }) => command);

    assert.deepEqual(
      shown.filter((command) => !withIcon.includes(command)),
      [],
    );
  });

  it('describes every setting, gives it a default, a scope and an order, and reads it', () => {
    const settings = read('src/editor/settings.ts');
    for (const [key, setting] of Object.entries(contributes.configuration.properties)) {
      for (const field of ['type', 'description', 'default', 'scope', 'order']) {
        assert.ok(field in setting, `${key} has no ${field}`);
      }
      assert.ok(settings.includes(`'${key.replace('flexservice.', '')}'`), `${key} is not read`);
    }
  });

  it('starts the extension for no event that every window has', () => {
    assert.ok(!manifest.activationEvents.some((event) => /^(\*|onStartupFinished)$/.test(event)));
  });

  it('asks for an editor no older than the types it was written against', () => {
    const typed = /\d+\.\d+/.exec(manifest.devDependencies['@types/vscode'] ?? '')?.[0];
    const engine = /\d+\.\d+/.exec(manifest.engines.vscode)?.[0];

    assert.equal(engine, typed);
  });

  it('is of the version that the changelog tells of first', () => {
    const newest = /^## \[(\d[^\]]*)\]/m.exec(read('CHANGELOG.md'))?.[1];

    assert.equal(manifest.version, newest);
  });

  it('declares the views that the extension fills', () => {
    const views = Object.values(contributes.views)
      .flat()
      .map(({ id }) => id);
    const unknown = views.filter((id) => !read('src/editor/contributions.ts').includes(`'${id}'`));

    assert.deepEqual(unknown, []);
  });
});
