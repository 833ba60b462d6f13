// npm run try            a Flex service, an instance and VS Code with this extension, to play with
// npm run try -- --browser  in the browser also where there is a desktop VS Code
// npm run try -- --tour  the same without a person: drives VS Code through the main job
// Works in a fresh clone: installs and builds by itself.
import { ensureDependencies } from './dependencies.mjs';
import { isNode24, runOnNode24 } from './node24.mjs';

try {
  ensureDependencies();
  if (isNode24()) await start();
  else await runOnNode24();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function start() {
  const { buildEntries } = await import('./build.mjs');
  const { packageExtension } = await import('./package.mjs');
  console.log('Building FlexService…');
  const vsix = await packageExtension();
  const part = process.argv.includes('--tour') ? 'tour' : 'playground';
  const [entry] = await buildEntries(`scripts/try/${part}.ts`);
  const { main } = await import(entry);
  await main({ vsix, browser: process.argv.includes('--browser') });
}
