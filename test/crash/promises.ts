import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { identify } from '../../src/runtime/replicas/processTable';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';
import { halfStarted } from './crashService';
import type { Attempt, Fleet, LeftBehind, Member } from './fleet';

/** SQLite itself says that the file is whole, of a copy: opening it would already mend it. */
export function databaseOpens(dataFolder: string): void {
  const copy = createScratchFolder('crash-db');
  try {
    for (const name of ['runtime.db', 'runtime.db-wal']) {
      const file = path.join(dataFolder, name);
      if (existsSync(file)) copyFileSync(file, path.join(copy, name));
    }
    const database = new DatabaseSync(path.join(copy, 'runtime.db'));
    const row = database.prepare('PRAGMA integrity_check').get();
    database.close();
    assert.equal(row?.integrity_check, 'ok');
  } finally {
    removeScratchFolder(copy);
  }
}

/** What was asked for last came through or did not, and whoever asks is told which. */
export async function jobIsOver({ client }: Fleet, attempt: Attempt): Promise<void> {
  const { jobId, jobStatus } = attempt;
  if (jobId === undefined) return;
  const job = await client.ended(jobId);
  if (jobStatus === 'COMPLETE' || jobStatus === 'FAILED') assert.equal(job.status, jobStatus);
  if (job.status === 'FAILED') assert.notEqual(job.progress.trim(), '');
  attempt.jobStatus = job.status;
}

/** Every version that was ONLINE serves again; a deploy under way may have brought its own. */
export async function versionsServe(fleet: Fleet, attempt: Attempt): Promise<void> {
  await Promise.all(
    fleet.members.map(async (member) => {
      const status = await fleet.client.online(member.service);
      assert.ok(expectedVersions(member, attempt).includes(status.version ?? ''), status.version);
      assert.notEqual(status.deployment?.status, 'RUNNING');
      assert.equal(await servedVersion(fleet, member), status.version);
      member.version = status.version ?? '';
    }),
  );
}

function expectedVersions(member: Member, { member: target, version, jobId, jobStatus }: Attempt) {
  if (member !== target || version === undefined || jobStatus === 'FAILED') return [member.version];
  return jobId === undefined ? [member.version, version] : [version];
}

/** An update that was answered counts, for the API and for the process that serves. */
export async function variablesAreKept(fleet: Fleet, attempt: Attempt): Promise<void> {
  await Promise.all(
    fleet.members.map(async (member) => {
      const { environmentVariables } = await fleet.environment(member);
      const round = environmentVariables?.ROUND;
      assert.ok(expectedRounds(member, attempt).includes(round), `ROUND is ${round}`);
      await until('the variables at the service', async () => {
        return (await answerOf(fleet, member)).env.ROUND === round;
      });
      member.round = round;
    }),
  );
}

function expectedRounds(member: Member, { member: target, round, isUpdated }: Attempt) {
  if (member !== target || round === undefined) return [member.round];
  return isUpdated ? [round] : [member.round, round];
}

async function servedVersion(fleet: Fleet, member: Member): Promise<string> {
  return (await answerOf(fleet, member)).version;
}

function answerOf({ client }: Fleet, { service }: Member) {
  return until('an answer of the service', async () => {
    const response = await client.call(service, '/x');
    return response.ok && ((await response.json()) as { version: string; env: NodeJS.ProcessEnv });
  });
}

/** Nothing that the killed runtime had started runs on; an id may belong to a stranger by now. */
export function nothingIsLeftRunning(left: readonly LeftBehind[]): void {
  const alive = left.filter(({ pid, identity }) => identify(pid) === identity);
  assert.deepEqual(alive, []);
}

export function nothingHalfIsLeft({ folder }: Fleet): void {
  assert.deepEqual(readdirSync(path.join(folder, 'uploads')), []);
  const services = path.join(folder, 'services');
  const names = readdirSync(services, { recursive: true }).map(String);
  assert.deepEqual(
    names.filter((name) => name.endsWith('.unpacking') || name.endsWith(halfStarted)),
    [],
  );
}

export async function sessionGoesOn({ client }: Fleet): Promise<void> {
  assert.equal((await client.send('GET', 'v4/user')).status, 200);
}
