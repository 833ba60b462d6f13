import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withServicePort } from '../../../scripts/portLock.mjs';
import { chattyService } from '../../support/chattyService';
import { RuntimeClient } from '../../support/runtimeClient';
import { startRuntime } from '../../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { median, report } from '../figure';
import { deployAndWait } from './deployAndWait';
import { millisecondsUntil } from './stopwatch';

const rounds = 3;
const lines = 200_000;
const bench = 'runtime';
const unit = 'lines/s';
const files = chattyService('1.0.0');

/** From asking a service to print until its last line is written, beside its output in a file. */
export async function benchLogLines(): Promise<void> {
  const scratch = createScratchFolder('bench');
  try {
    const ours = await byRuntime(path.join(scratch, 'data'));
    const peer = await byHand(path.join(scratch, 'service'));
    report({
      bench,
      case: 'log lines captured, none lost',
      unit,
      ours,
      goal: 50_000,
      wanted: 'least',
    });
    report({
      ...{ bench, case: 'log lines captured, beside a pipe into a file', unit },
      ...{ ours, peer, peerName: 'node . > file' },
    });
  } finally {
    removeScratchFolder(scratch);
  }
}

async function byRuntime(dataDirectory: string): Promise<number> {
  const many = String(10 * lines);
  const env = {
    FLEX_RUNTIME_LOG_LINES_PER_SECOND: many,
    FLEX_RUNTIME_LOG_BYTES_PER_SECOND: `${many}00`,
  };
  const runtime = await startRuntime({ dataDirectory, args: ['--replicas', '1'], env });
  try {
    const client = await RuntimeClient.signIn(runtime.url);
    const service = await client.createService();
    await deployAndWait(client, service, files);
    const speeds: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = await taken(runtime.url);
      const start = performance.now();
      await client.call(service, `/print?lines=${lines}`);
      await millisecondsUntil(
        'the last line',
        async () => (await taken(runtime.url)) >= before + lines,
      );
      speeds.push(perSecond(start));
    }
    return median(speeds);
  } finally {
    await runtime.stop();
  }
}

/** How many lines are written; throws where one was lost. */
async function taken(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}metrics`)).text();
  const lost = /^flex_log_lines_dropped_total\{reason="(?:rate|lost)"\} [1-9].*$/m.exec(metrics);
  if (lost) throw new Error(lost[0]);
  return Number(/^flex_log_lines_total (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

function byHand(folder: string): Promise<number> {
  return withServicePort(async () => {
    mkdirSync(folder);
    Object.entries(files).forEach(([name, text]) => writeFileSync(path.join(folder, name), text));
    const service = spawn(process.execPath, ['.'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(service, 'close');
    const written = pipeline(service.stdout, createWriteStream(path.join(folder, 'output')));
    try {
      const ask = async (route: string) => (await fetch(`http://localhost:10001${route}`)).ok;
      await millisecondsUntil('the service by hand', () => ask('/'));
      const speeds: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        await ask(`/print?lines=${lines}`);
        speeds.push(perSecond(start));
      }
      return median(speeds);
    } finally {
      service.kill('SIGKILL');
      await closed;
      await written;
    }
  });
}

function perSecond(start: number): number {
  return (lines / (performance.now() - start)) * 1_000;
}
