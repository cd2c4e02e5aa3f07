import type { Operation } from '@tollgate/wire/protocol';
import type { MediaTask } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Detached } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { detach } from '../../relay/settle/settle.ts';
import { detachedJob, letGo } from '../shared/detached-job.ts';
import { begun } from './tell.ts';

/** A task of which its vendor has not said its name yet. */
export type Begun = Omit<MediaTask, 'vendorId'>;

/** The task that a request begins at a candidate. */
export const taskFor = (
  context: Planned,
  { target, dialect }: Candidate,
  { prefix, kind, asked }: Pick<MediaTask, 'kind' | 'asked'> & { readonly prefix: string },
): Begun => ({
  kind,
  asked: { ...asked, secret: asked.secret ?? crypto.randomUUID().replaceAll('-', '') },
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
});

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
