import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { skip } from '../support/skip';
import { Fleet } from './fleet';
import { describePlan, planRounds, type Plan } from './plan';
import * as promises from './promises';

const count = Number(process.env.CRASH_COUNT ?? 20);
const seed = Number(process.env.CRASH_SEED ?? 1);
const services = 2;

describe(`a runtime that is killed with -9, ${count} times with seed ${seed}`, function () {
  let fleet: Fleet;
  // Each round goes on with what the one before has left.
  this.bail(true);

  before(async function () {
    if (process.platform !== 'linux') skip(this, 'finds its processes in /proc');
    fleet = new Fleet(createScratchFolder('crash'));
    await fleet.start();
    await fleet.populate(services);
  });

  after(async () => {
    await fleet.stop();
    removeScratchFolder(fleet.folder);
  });

  for (const plan of planRounds(count, seed, services)) {
    it(`keeps its promises ${describePlan(plan)}`, () => killAndCheck(plan));
  }

  async function killAndCheck(plan: Plan): Promise<void> {
    const { attempt, left } = await fleet.killDuring(plan);
    promises.databaseOpens(fleet.folder);
    if (plan.againMs !== undefined) left.push(...(await fleet.killAgain(plan.againMs)));
    await fleet.start();
    await promises.sessionGoesOn(fleet);
    await promises.jobIsOver(fleet, attempt);
    await promises.versionsServe(fleet, attempt);
    await promises.variablesAreKept(fleet, attempt);
    promises.nothingIsLeftRunning(left);
    promises.nothingHalfIsLeft(fleet);
  }
});
