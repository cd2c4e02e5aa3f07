import { isOver, type MediaTask } from '../../domain/media-task.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { ask } from '../../relay/send/ask.ts';
import { makingAccountOf } from './account.ts';
import { requestOf } from '../shared/task-requests.ts';
import { askAfter, namesOf } from './ask-after.ts';

/** Has the task of this id given up, whoever's it is. */
export async function cancelTaskNamed(deps: RelayDeps, id: string): Promise<void> {
  const task = await deps.tasks.findAny(id);
  if (!task) throw new Refusal('task_not_found', 'There is no such task.', { param: 'id' });
  await cancelTask(deps, task);
}

/**
 * Has a task given up by its vendor, who bills whatever it goes on with: one that its vendor does not give up goes on, and is refused
 * here. How it ended is seen when it is asked after next, so that nothing is lost between the vendor's yes and our note.
 */
export async function cancelTask(deps: RelayDeps, task: MediaTask): Promise<void> {
  if (task.submitter !== undefined)
    throw new Refusal('conflict', 'Its provider is only being asked to begin it.', { param: 'id' });
  // Some forget what they have made when they are asked to give it up: what is done has to be seen before.
  const state = isOver(task.state) ? task.state : await askAfter(deps, task, true);
  if (state && isOver(state)) throw new Refusal('conflict', 'The task is over already.', { param: 'id' });
  const snapshot = deps.snapshot();
  const account = makingAccountOf(snapshot, task);
  const { id } = namesOf(task);
  const request = account && (await requestOf(deps, account, 'cancel', { id }));
  if (!request)
    throw new Refusal('not_cancellable', 'Its provider does not give up what it has begun.', { param: 'id' });
  const since = deps.clock.now();
  const asked = await ask(deps, snapshot.settings.relay, request);
  if ('cause' in asked) throw new Refusal('upstream_unreachable', 'Its provider could not be asked to give it up.');
  // One that is not there any more has been given up before.
  const taken = (asked.status >= 200 && asked.status < 300) || asked.status === 404;
  if (!taken)
    throw new Refusal('not_cancellable', 'Its provider did not give it up: it may be too far.', { param: 'id' });
  await deps.tasks.noteCancelled(task.id, since);
}
