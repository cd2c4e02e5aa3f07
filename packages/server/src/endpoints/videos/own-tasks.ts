import { ownerOf } from '../../domain/provider-keys.ts';
import type { MediaTask } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Inspected } from '../../relay/request-context.ts';
import type { TaskPage } from '../../store/media-tasks.ts';
import { lookedUp } from '../shared/foreign-resources.ts';

type Asking = Pick<Inspected, 'key' | 'snapshot'>;

/** Longer is no task's name. */
const longestId = 100;

/** A task of the caller's own, by its name; undefined where there is none, or it is not for the key that asks. */
export async function findTask(deps: RelayDeps, asking: Asking, id: string): Promise<MediaTask | undefined> {
  const task = id.length > longestId ? undefined : await lookedUp(deps, deps.tasks.find(asking.key.user.id, id));
  return task && isForKey(asking, task) ? task : undefined;
}

/** Those of the caller's own that are named. */
export async function namedTasks(
  deps: RelayDeps,
  asking: Asking,
  ids: readonly string[],
): Promise<readonly MediaTask[]> {
  const found = await lookedUp(deps, deps.tasks.named(asking.key.user.id, ids));
  return found.filter((task) => isForKey(asking, task));
}

/** A page of the caller's own, and whether there are more. */
export async function listTasks(
  deps: RelayDeps,
  asking: Asking,
  page: TaskPage,
): Promise<{ readonly tasks: readonly MediaTask[]; readonly hasMore: boolean }> {
  const found = await lookedUp(deps, deps.tasks.list(asking.key.user.id, page));
  const tasks = found.slice(0, page.limit).filter((task) => isForKey(asking, task));
  return { tasks, hasMore: found.length > page.limit };
}

/**
 * Whether a key may have a task: what a provider key has made is for the keys of the person or team who brought it. Who has left the team
 * asks its provider for nothing any more.
 */
function isForKey({ key, snapshot }: Asking, { channelId }: MediaTask): boolean {
  const made = snapshot.providerKeys.byId.get(channelId);
  return made === undefined || made.broughtBy.owner === ownerOf(key);
}
