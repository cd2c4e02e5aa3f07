import type { MediaStep } from '../open-videos.ts';
import { openVideoWorld, type VideoWorld } from './world.ts';

/** A gateway that is killed at a step of a task; crash.test.ts starts it. */
export type DriverPlan = {
  readonly world: VideoWorld;
  readonly killAt: MediaStep;
  /** The model of which it is asked to begin a video; none to go on with what others have begun. */
  readonly model?: string;
};

const { world, killAt, model } = JSON.parse(process.argv[2] ?? '') as DriverPlan;
const gate = await openVideoWorld(world, (step) => {
  if (step === killAt) process.kill(process.pid, 'SIGKILL');
});
if (model !== undefined) await gate.post({ model, prompt: `A cat of ${model}`, seconds: '5' }, { path: '/v1/videos' });
// What comes after its answer is done by jobs.
await Bun.sleep(100_000);
throw new Error(`nothing passed ${killAt}`);
