import { HeldProxy } from '../support/heldProxy';
import { testDeployDecisions } from './deployDecisions';
import { testDeployDoors } from './deployDoors';
import { testEveryNo } from './everyNo';
import { mainJob } from './mainJob';
import { againAsPatch } from './questions';
import { openScene, packagedExtension, type OwnedScene } from './scene';
import { testSignInDoors } from './signInDoors';
import { testTrouble } from './trouble';
import { testUnsavedEditors } from './unsavedEditors';

describe('the main job in a real window', () => {
  let scene: OwnedScene;
  let proxy: HeldProxy;

  before(async () => {
    const keybindings = [againAsPatch];
    const options = { pictures: 'ui/main-job', vsix: packagedExtension(), keybindings };
    scene = await openScene(options);
    proxy = await new HeldProxy(scene.runtime.url).start();
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await scene.shot('failed');
  });
  after(async () => {
    await scene.end();
    proxy.stop();
  });

  for (const { title, run } of mainJob) {
    it(title, async function () {
      this.timeout(240_000);
      await run({ ...scene, runtime: proxy });
    });
  }

  // In the same window, since opening one takes as long as five of these tests.
  describe('and its other doors', () => {
    testDeployDoors(
      () => scene,
      () => proxy,
    );
    describe('decisions', () =>
      testDeployDecisions(
        () => scene,
        () => proxy,
      ));
    describe('unsaved editors', () =>
      testUnsavedEditors(
        () => scene,
        () => proxy,
      ));
    describe('every no', () =>
      testEveryNo(
        () => scene,
        () => proxy,
      ));
    describe('sign in', () => testSignInDoors(() => scene));
  });
  describe('and trouble', () => testTrouble(() => scene));
});
