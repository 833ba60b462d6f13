import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A service to deploy. */
export interface Project {
  readonly name: string;
  readonly files: number;
  /** Of each file. */
  readonly bytes: number;
  /** Files in node_modules, which nobody sends. */
  readonly ignored: number;
}

export const smallest: Project = { name: '1 file', files: 1, bytes: 1_000, ignored: 0 };
export const largest: Project = {
  name: '2,000 files, tar of 9.8 MB',
  files: 2_000,
  bytes: 9 * 512,
  ignored: 0,
};
export const projects: readonly Project[] = [
  { name: '30 files, 200 KB', files: 30, bytes: 6_827, ignored: 0 },
  largest,
  { name: '30 files, 20,000 ignored', files: 30, bytes: 6_827, ignored: 20_000 },
];

/** Writes it into an empty folder. */
export function writeProject(folder: string, { files, bytes, ignored }: Project): void {
  write(folder, 'index.js', server);
  write(folder, 'sdk/package.json', '{"name":"kinvey-flex-sdk","version":"3.3.0"}');
  for (let index = 0; index < files; index++) {
    const name = `lib/part${Math.floor(index / 50)}/file${index}.txt`;
    write(folder, name, randomBytes(bytes));
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

const server = `
require('http').createServer((request, response) => response.end('{}')).listen(10001, 'localhost');
process.on('SIGTERM', () => process.exit(0));
`;

function write(folder: string, name: string, content: string | Buffer): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}
