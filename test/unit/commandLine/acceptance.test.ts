import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  acceptableCodes,
  isRefused,
  judge,
  parseAccepted,
  unusedOf,
} from '../../../src/commandLine/acceptance';
import type { Finding } from '../../../src/core/review/finding';
import { checkout } from '../../support/checkout';

const folder = path.resolve('/projects/orders');
const found = (
  code: Finding['code'],
  file: string,
  severity: Finding['severity'] = 'error',
  line?: number,
) => ({
  ...{ code, severity, message: `Something about ${file}.`, line },
  file: path.join(folder, file),
});

describe('what a pipeline accepts', () => {
  const findings = [
    found('leak', 'lib/mail.js'),
    found('leak', 'lib/pay.js'),
    found('syntaxError', 'index.js'),
    found('variableUnset', 'index.js', 'warning'),
  ];
  const judged = (...texts: string[]) =>
    judge(
      findings,
      texts.map((text) => parseAccepted(text, folder)),
    );
  const refused = (...texts: string[]) =>
    judged(...texts)
      .filter(isRefused)
      .map(({ file }) => path.basename(file ?? ''));

  it('is a code, or a code in one file, by its path from the folder or as findings have it', () => {
    assert.deepEqual(refused(), ['mail.js', 'pay.js', 'index.js']);
    assert.deepEqual(refused('leak'), ['index.js']);
    assert.deepEqual(refused('leak:lib/mail.js'), ['pay.js', 'index.js']);
    assert.deepEqual(refused('leak:./lib/pay.js', 'syntaxError'), ['mail.js']);
    const absolute = path.join(folder, 'lib/mail.js');
    assert.deepEqual(refused(`leak:${absolute}`), ['pay.js', 'index.js']);
    assert.deepEqual(refused('syntaxError:lib/mail.js'), ['mail.js', 'pay.js', 'index.js']);
  });

  it('is a single finding, by its line', () => {
    const [first, second] = [12, 13].map((line) => found('leak', 'lib/mail.js', 'error', line));
    const accepted = [parseAccepted('leak:lib/mail.js:12', folder)];

    assert.deepEqual(judge([first, second] as Finding[], accepted).map(isRefused), [false, true]);
    assert.equal(
      unusedOf([second as Finding], accepted)[0]?.message,
      '--accept leak:lib/mail.js:12 fits nothing that was found.',
    );
  });

  it('may be everything, and is marked; a warning needs nobody', () => {
    const all = judge(findings, 'all');

    assert.ok(!all.some(isRefused));
    assert.deepEqual(
      all.map(({ isAccepted }) => isAccepted),
      [true, true, true, false],
    );
  });

  it('is told where it fits nothing that was found', () => {
    const accepted = ['leak', 'leak:gone.js', 'startFailed'].map((text) =>
      parseAccepted(text, folder),
    );

    assert.deepEqual(
      unusedOf(findings, accepted).map(({ severity, message }) => `${severity}: ${message}`),
      [
        'warning: --accept leak:gone.js fits nothing that was found.',
        'warning: --accept startFailed fits nothing that was found.',
      ],
    );
    assert.deepEqual(unusedOf([], 'all'), []);
  });

  for (const text of ['leek', 'noSdk', 'variableUnset', 'leak:', ':lib/mail.js', '']) {
    it(`is not '${text}', which is refused with the codes that there are`, () => {
      assert.throws(() => parseAccepted(text, folder), {
        code: 'invalidInput',
        message: /leak, syntaxError, .*, handlersGone/,
      });
    });
  }

  it('is named in README, code by code', () => {
    const readme = readFileSync(path.join(checkout, 'README.md'), 'utf8');

    assert.deepEqual(
      acceptableCodes.filter((code) => !readme.includes(`\`${code}\``)),
      [],
    );
  });
});
