import { tinyService, type Files } from '../support/runtimeClient';

/** Where a service tells, below its HOME, that it was started in a folder that is not whole. */
export const halfStarted = 'half-started.log';

const fillers = Array.from({ length: 40 }, (_, index) => `files/${index + 10}.txt`);

/**
 * A service without dependencies that checks at its start that every file of its bundle is there
 * and whole. A broken one ends at once.
 */
export function crashService(version: string, isBroken: boolean): Files {
  const content = `${version} `.repeat(200);
  return {
    ...tinyService(version, isBroken ? 'process.exit(3);' : checkWhole(content)),
    ...Object.fromEntries(fillers.map((name) => [name, content])),
  };
}

function checkWhole(content: string): string {
  return `
    const fs = require('fs');
    const path = require('path');
    const isWhole = (name) => {
      try { return fs.readFileSync(path.join(__dirname, name), 'utf8') === ${JSON.stringify(content)}; }
      catch (error) { return false; }
    };
    for (const name of ${JSON.stringify(fillers)}) {
      if (!isWhole(name)) fs.appendFileSync(path.join(process.env.HOME, '${halfStarted}'), name + '\\n');
    }`;
}
