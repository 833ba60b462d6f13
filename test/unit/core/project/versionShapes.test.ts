import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  applyVersionEdit,
  planVersionEdit,
  restoreVersionEdit,
} from '../../../../src/core/project/versionEdit';
import { Random } from '../../../support/random';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

/** A package.json in two halves: what stands before the version that counts, and after it. */
interface Shape {
  readonly before: string;
  readonly version: string;
  readonly after: string;
}

const values = [
  '"a"',
  '"1.0.0"',
  '"é 日 \\u00e9 \\"version\\": \\"1.0.0\\""',
  'true',
  '-1e3',
  '[]',
  '{}',
  '{"version":"1.0.0"}',
  '[{"version": "1.0.0"}, "version"]',
  '{ "deep" : { "version" : "1.0.0", "version":"2.0.0" } }',
];
const names = [
  '"name"',
  '"main"',
  '"engines"',
  '"Version"',
  '"versions"',
  '"x\\ty"',
  '"dependencies"',
];
/** The key, also as only a parser reads it. */
const keys = ['"version"', '"version"', '"\\u0076ersion"'];

function shapeOf(random: Random): Shape {
  const eol = random.pick(['\n', '\r\n']);
  const gap = random.pick(['', ' ', eol, `${eol}\t`, `${eol}  `, `${eol}    `, `${eol}${eol} `]);
  const colon = random.pick([':', ': ', ' : ', `:${eol}  `]);
  const member = (key: string, value: string) => `${gap}${key}${colon}${value}`;
  const some = () =>
    Array.from({ length: random.below(4) }, () => member(random.pick(names), random.pick(values)));
  const twice = random.chance(0.3) ? [member('"version"', random.pick(values))] : [];
  const version = random.pick(['"1.0.0"', '"0.1.0-beta.1+7"', '""', '1', 'null', '"\\u0031.0.0"']);
  const [first, rest] = [[...some(), ...twice, ...some()], some()];
  return {
    before: `${random.pick(['', '\uFEFF'])}{${[...first, member(random.pick(keys), '')].join(',')}`,
    version,
    after: `${rest.map((one) => `,${one}`).join('')}${random.pick(['', eol, ' '])}}${random.pick(['', eol, eol + eol])}`,
  };
}

describe('a version edit of any package.json', () => {
  const seed = 11;
  const folder = createScratchFolder('shapes');
  const file = path.join(folder, 'package.json');
  after(() => removeScratchFolder(folder));

  it(`changes only the version's characters, and puts them back, in 200 shapes (seed ${seed})`, async () => {
    const random = new Random(seed);
    for (let index = 0; index < 200; index += 1) {
      const { before, version, after } = shapeOf(random);
      const text = before + version + after;
      await writeFile(file, text);

      const edit = await planVersionEdit(folder, '10.20.30-rc.4');
      await applyVersionEdit(edit);

      const edited = await readFile(file, 'utf8');
      assert.equal(edited, `${before}"10.20.30-rc.4"${after}`, text);
      const read = JSON.parse(edited.replace('\uFEFF', '')) as { version: unknown };
      assert.equal(read.version, '10.20.30-rc.4', text);
      assert.deepEqual(await restoreVersionEdit(edit), []);
      assert.equal(await readFile(file, 'utf8'), text);
    }
  });
});
