import { hookIn } from '@tollgate/wire/ir/videos';
import { isObject } from '@tollgate/wire/json/fields';
import type { Operation } from '@tollgate/wire/protocol';
import type { MediaTask, TaskHook } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Detached } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { detach } from '../../relay/settle/settle.ts';
import { detachedJob, letGo } from '../shared/detached-job.ts';
import { originFor } from '../shared/origin.ts';
import { begun } from './tell.ts';

/** A task of which its vendor has not said its name yet. */
export type Begun = Omit<MediaTask, 'vendorId'>;

/** The task that a request begins at a candidate. */
export const taskFor = (
  context: Planned,
  { target, dialect }: Candidate,
  {
    prefix,
    client,
    kind,
    asked,
  }: Pick<MediaTask, 'kind' | 'asked'> & { readonly prefix: string; readonly client: string },
): Begun => ({
  kind,
  asked: {
    ...asked,
    hook: hookOf(context, client),
    secret: asked.secret ?? crypto.randomUUID().replaceAll('-', ''),
  },
  id: `${prefix}_${context.call.id.replace(/^req_/, '')}`,
  requestId: context.call.id,
  userId: context.key.user.id,
  keyId: context.key.id,
  model: context.summary.model,
  channelId: target.channel.id,
  credential: target.credential.index,
  protocol: dialect.protocol,
  state: begun,
  createdAt: context.at,
  updatedAt: context.at,
  finishedAt: undefined,
  files: [],
  history: [{ what: 'submitted', at: context.at }],
  cancelledAt: undefined,
});

function hookOf(context: Planned, client: string): TaskHook | undefined {
  const { json } = context.body;
  const url = isObject(json) ? hookIn(json) : undefined;
  return url === undefined ? undefined : { url, client, origin: originFor(context) };
}

/** The candidate, asked where its vendor begins what is asked of it. */
export function placedAt(candidate: Candidate, operation: Operation, action: string | undefined): Candidate {
  const { dialect } = candidate;
  const path = action === undefined ? undefined : dialect.videos?.submit?.[action];
  return path === undefined
    ? candidate
    : { ...candidate, dialect: { ...dialect, paths: { ...dialect.paths, [operation]: path } } };
}

/** Lets a task be looked after from here on. */
export function handOver(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  task: Begun,
  detached: Detached,
  taken: () => void,
  failed: (error: unknown) => void,
): void {
  const found = detachedJob(deps, context, candidate, detached);
  if ('refused' in found) return failed(new Error(found.refused));
  const taking = deps.tasks.take({ ...task, vendorId: detached.responseId }, found.job, found.hold);
  letGo(deps, context, taking, () => detach(deps, context), taken, failed);
}
