import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkout } from './checkout';
import type { Files } from './runtimeClient';

/** The source of a service of test/fixtures/services, ready to be deployed. */
export function serviceFiles(name: string): Files {
  return readFiles(path.join(checkout, 'test/fixtures/services', name));
}

/** A folder as what a deploy sends: every text file, but nothing that was installed or printed. */
export function readFiles(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !/^(node_modules|output\.log|package-lock\.json)/.test(name));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );
}

/** The same service with another version in its package.json. */
export function withVersion(files: Files, version: string): Files {
  const manifest = JSON.parse(files['package.json'] ?? '{}') as object;
  return { ...files, 'package.json': JSON.stringify({ ...manifest, version }) };
}
