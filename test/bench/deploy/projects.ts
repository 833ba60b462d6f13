import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkout } from '../../support/checkout';

/** A service to deploy. */
export interface Project {
  readonly name: string;
  readonly files: number;
  /** Of each file. */
  readonly bytes: number;
  /** Files in node_modules, which nobody sends. */
  readonly ignored: number;
  /** A folder of the checkout whose scripts are sent too, though not run. */
  readonly copied?: string;
}

export const smallest: Project = { name: '1 file', files: 1, bytes: 1_000, ignored: 0 };
export const largest: Project = {
  name: '2,000 files, half of them scripts, tar of 9.8 MB',
  files: 2_000,
  bytes: 9 * 512,
  ignored: 0,
};
export const projects: readonly Project[] = [
  { name: '30 scripts, 200 KB', files: 30, bytes: 6_827, ignored: 0 },
  largest,
  { name: '30 scripts, 20,000 ignored', files: 30, bytes: 6_827, ignored: 20_000 },
];

/** As people write them, with what they load anywhere: each is parsed. */
export const real: Project = {
  name: "1 script and eslint's own, 390 of 2.7 MB",
  files: 1,
  bytes: 1_000,
  ignored: 0,
  copied: 'node_modules/eslint/lib',
};

/**
 * Writes it into an empty folder. Small projects are scripts, all of which the service loads; of a
 * large one every second file is, the others are data, of which every second one is binary.
 */
export function writeProject(folder: string, project: Project): void {
  const { files, bytes, ignored, copied } = project;
  write(folder, 'sdk/package.json', '{"name":"kinvey-flex-sdk","version":"3.3.0"}');
  const scripts: string[] = [];
  for (let index = 0; index < files; index++) {
    const name = `lib/part${Math.floor(index / 50)}/file${index}`;
    if (files < 100 || index % 2 === 0) {
      write(folder, `${name}.js`, scriptOf(index, bytes));
      scripts.push(name);
    } else if (index % 4 === 1) {
      write(folder, `${name}.json`, dataOf(index, bytes));
    } else {
      write(folder, `${name}.bin`, randomBytes(bytes));
    }
  }
  write(folder, 'index.js', scripts.map((name) => `require('./${name}');\n`).join('') + server);
  if (copied !== undefined) {
    const filter = (from: string) => statSync(from).isDirectory() || from.endsWith('.js');
    cpSync(path.join(checkout, copied), path.join(folder, 'copied'), { recursive: true, filter });
  }
  for (let index = 0; index < ignored; index++) {
    write(
      folder,
      `node_modules/p${Math.floor(index / 100)}/a/b/c/d${index % 10}/${index}.js`,
      '//',
    );
  }
}

/** package.json, with the version to deploy. */
export function writeVersion(folder: string, version: string): void {
  const dependencies = { 'kinvey-flex-sdk': 'file:sdk' };
  write(folder, 'package.json', JSON.stringify({ name: 'bench', version, dependencies }));
}

/** As people write them: what is required, a few functions, what is exported. */
function scriptOf(index: number, bytes: number): string {
  let text = "'use strict';\n\nconst path = require('path');\n";
  for (let number = index * 100; text.length + functionOf(number).length < bytes; number++) {
    text += functionOf(number);
  }
  return `${text}${'/'.repeat(bytes - text.length)}`;
}

function functionOf(number: number): string {
  return `
/** Sums up the orders of a customer, as of page ${number}. */
function sumOrders${number}(customer, orders, done) {
  const found = orders.filter((order) => order.customerId === customer._id && order.page > ${number});
  if (found.length === 0) {
    return done(null, { total: 0, message: 'There are no orders of ' + customer.name });
  }
  const total = found.reduce((sum, { price, amount }) => sum + price * amount, 0);
  const file = path.join('orders', \`\${customer._id}.json\`);
  return done(null, { total, file, message: \`\${found.length} orders\` });
}
exports.sumOrders${number} = sumOrders${number};
`;
}

function dataOf(index: number, bytes: number): string {
  const rows: string[] = [];
  for (
    let size = 2, row = index * 100;
    size + 100 < bytes;
    size += rows.at(-1)!.length + 2, row++
  ) {
    rows.push(
      JSON.stringify({
        row,
        name: `Order ${row}`,
        customer: `Customer ${row % 7}`,
        total: row * 3,
      }),
    );
  }
  const text = `[${rows.join(',\n')}]`;
  return `${text}${' '.repeat(bytes - text.length)}`;
}

const server = `
require('http').createServer((request, response) => response.end('{}')).listen(10001, 'localhost');
process.on('SIGTERM', () => process.exit(0));
`;

function write(folder: string, name: string, content: string | Buffer): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}
