import { hookIn } from '@tollgate/wire/ir/videos';
import { isObject } from '@tollgate/wire/json/fields';
import type { Operation } from '@tollgate/wire/protocol';
import type { MediaTask, TaskHook } from '../../domain/media-task.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Detached, Exchange } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { detach } from '../../relay/settle/settle.ts';
import { detachedJob, letGo } from '../shared/detached-job.ts';
import { originFor } from '../shared/origin.ts';
import { begun } from './tell.ts';

/** A task of which its vendor has not said its name yet. */
export type Begun = Omit<MediaTask, 'vendorId'>;

/** The name of the task that a request begins. */
export const idOf = ({ call }: Pick<Planned, 'call'>, prefix: string): string =>
  `${prefix}_${call.id.replace(/^req_/, '')}`;

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
  id: idOf(context, prefix),
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
  submitter: undefined,
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

const unnamed: Detached = { responseId: '', parts: {}, given: undefined };

/**
 * Writes down what a vendor is about to be asked for, and has it looked after from when the vendor has said its name of it: should this
 * process die between the two, another one finds out what became of it.
 */
export function beginsTask(
  deps: RelayDeps,
  context: Planned,
  candidate: Candidate,
  task: Begun,
): Required<Pick<Exchange, 'intent' | 'handOver'>> {
  let isTaken = false;
  return {
    intent: {
      async note() {
        const found = detachedJob(deps, context, candidate, unnamed);
        if ('refused' in found) throw new Error(found.refused);
        const { process } = deps.tasks;
        try {
          await deps.tasks.intend({ ...task, vendorId: '', submitter: process }, found.job, found.hold);
        } catch (error) {
          deps.log.error({ requestId: context.call.id, err: error }, 'a task could not be written down');
          throw new Refusal('database_unavailable', 'The request cannot be written down at the moment.', {
            retryAfterMs: 2000,
          });
        }
      },
      async over() {
        if (isTaken) return;
        await deps.tasks.drop(task.id).catch((error: unknown) => {
          // Whoever looks after it sees that its request has been settled.
          deps.log.warn({ requestId: context.call.id, err: error }, 'a task that was not begun could not be forgotten');
        });
      },
    },
    handOver(detached, taken, failed) {
      const found = detachedJob(deps, context, candidate, detached);
      if ('refused' in found) return failed(new Error(found.refused));
      const taking = deps.tasks.take({ ...task, vendorId: detached.responseId }, found.job);
      const over = (): void => {
        isTaken = true;
        detach(deps, context);
      };
      letGo(deps, context, taking, over, taken, failed);
    },
  };
}
