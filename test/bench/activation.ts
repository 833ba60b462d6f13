import { copyOrdersService } from '../support/ordersService';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';
import { VscodeWindow } from '../support/vscodeWindow';

/** Milliseconds, of one start of the extension host. */
interface Times {
  load: number;
  call: number;
  finish: number;
}

const ours = 'flexservice.flexservice';
const peer = 'vscode.github';
const goal = 0.5;
const rounds = 9;
// The window is tall, since VS Code renders only the lines that are in sight.
const viewport = { width: 1600, height: 6_000 };

/** Compares how long our extension takes to load and activate with VS Code's own GitHub extension. */
async function measure(): Promise<void> {
  const folder = createScratchFolder('bench');
  await copyOrdersService(folder);
  const window = await VscodeWindow.open({ folder, vsix: process.env.TEST_VSIX, viewport });
  const runs: Map<string, Times>[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      await window.workbench.reload();
      runs.push(await readTimes(window));
    }
  } finally {
    await window.close();
    removeScratchFolder(folder);
  }
  // The first start also fills the caches of the system.
  report('load', runs.slice(1), ({ load }) => load);
  report('activate', runs.slice(1), ({ call, finish }) => call + finish);
  report('load and activate', runs.slice(1), ({ load, call, finish }) => load + call + finish);
}

function report(name: string, runs: Map<string, Times>[], of: (times: Times) => number): void {
  const median = (id: string) => {
    const sorted = runs.map((run) => of(run.get(id)!)).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
  };
  const [mine, theirs] = [median(ours), median(peer)];
  const ratio = Math.round((mine / theirs) * 100) / 100;
  console.log(
    JSON.stringify({
      bench: 'activation',
      case: name,
      unit: 'ms',
      ours: mine,
      peer: theirs,
      peerName: peer,
      ratio,
      goal,
      holds: ratio <= goal,
    }),
  );
}

/** The table "Extension Activation Stats" of Developer: Startup Performance, once it has both. */
async function readTimes({ workbench }: VscodeWindow): Promise<Map<string, Times>> {
  return until('the activation times of both extensions', async () => {
    await workbench.runCommand('Developer: Startup Performance');
    await workbench.editors.expectTab('Startup Performance');
    const times = parse(await workbench.editors.lines());
    if (times.has(ours) && times.has(peer)) return times;
    await workbench.editors.closeAll();
    return undefined;
  });
}

function parse(lines: string[]): Map<string, Times> {
  const rows = lines
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, id, , load]) => id?.includes('.') && /^\d+$/.test(load ?? ''));
  return new Map(
    rows.map(([, id = '', , load, call, finish]) => [
      id,
      { load: Number(load), call: Number(call), finish: Number(finish) },
    ]),
  );
}

void measure();
