import { mainJob } from './mainJob';
import { openScene, packagedExtension, type OwnedScene } from './scene';

describe('the main job in a real window', () => {
  let scene: OwnedScene;

  before(async () => {
    scene = await openScene({ pictures: 'ui/main-job', vsix: packagedExtension() });
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await scene.shot('failed');
  });
  after(() => scene.end());

  for (const { title, run } of mainJob) {
    it(title, async function () {
      this.timeout(240_000);
      await run(scene);
    });
  }
});
