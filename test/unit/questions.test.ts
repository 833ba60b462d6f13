import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkout } from '../support/checkout';
import { questions } from '../ui/questions';

const editor = path.join(checkout, 'src/editor');
/** Whatever keeps a person from going on until it is answered. */
const asking =
  /\b(?:pick|input|inputUntil|confirm|(?:show|create)(?:QuickPick|InputBox)|show(?:Open|Save)Dialog)\(|modal: true|t\('Not Now'\)/g;
/** How questions are asked, and those of other features than the deploy. */
const others = /^(?:ask\.ts$|(?:accounts|handlers|logs|runtime)\/)/;

describe('the questions around a deploy', () => {
  const files = globSync('**/*.ts', { cwd: editor }).filter((file) => !others.test(file));
  const sourceOf = (file: string) => readFileSync(path.join(editor, file), 'utf8');

  it('are all known to the tests that say no to them', () => {
    const asked = files.flatMap((file) => (sourceOf(file).match(asking) ?? []).map(() => file));

    assert.deepEqual(asked.sort(), questions.map(({ from }) => from).sort());
  });

  it('say what the tests wait for', () => {
    const silent = questions.filter(({ from, says }) => !sourceOf(from).includes(`'${says}'`));

    assert.deepEqual(silent, []);
  });

  it('are each declined by a test that there is', () => {
    const tests = globSync('test/{ui,integration}/*.ts', { cwd: checkout })
      .filter((file) => !file.endsWith('questions.ts'))
      .map((file) => readFileSync(path.join(checkout, file), 'utf8'));
    const lost = questions.filter(
      ({ paths, walkedBy }) =>
        (!paths || walkedBy) && !tests.some((test) => test.includes(`'${walkedBy}'`)),
    );

    assert.deepEqual(lost, []);
  });
});
