// Runs one command of the unmodified kinvey-cli after the other. Nine tenths of what a command takes
// is loading these libraries, which keep no state; everything else, the whole of kinvey-cli among
// it, is loaded anew for each command. A message {args, home, folder} starts one; the answer is what
// a process of its own would have printed, with its exit code.
const http = require('node:http');
const Module = require('node:module');

const [, , cli] = process.argv;
const load = Module.createRequire(cli);
for (const library of ['archiver', 'inquirer', 'joi', 'moment', 'request']) load(library);
const kept = new Set(Object.keys(require.cache));

/** Of the command that runs now. */
let printed;

process.on('message', ({ args, home, folder }) => {
  forget();
  printed = { stdout: '', stderr: '' };
  process.env.HOME = home;
  process.chdir(folder);
  process.argv.splice(1, Infinity, cli, ...args);
  // Only what the command itself waits for is to hold it up.
  process.channel.unref();
  Module.runMain();
});

/** Where a process of its own would end: there is nothing left to do. */
process.on('beforeExit', () => end(process.exitCode ?? 0));

const exited = new Error('process.exit()');
process.exit = (code = process.exitCode ?? 0) => {
  end(code);
  throw exited;
};
process.on('uncaughtException', (error) => {
  if (error === exited) return;
  process.stderr.write(error.stack);
  end(1);
});

for (const name of ['stdout', 'stderr']) {
  process[name].write = (text) => {
    if (printed) printed[name] += text;
    return true;
  };
}

function forget() {
  for (const file of Object.keys(require.cache).filter((one) => !kept.has(one))) {
    delete require.cache[file];
  }
  http.globalAgent.destroy();
  process.exitCode = undefined;
}

function end(code) {
  if (!printed || !process.connected) return;
  process.send({ code, ...printed });
  printed = undefined;
  process.channel.ref();
}
