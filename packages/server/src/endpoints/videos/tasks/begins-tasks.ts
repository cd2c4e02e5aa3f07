import { parseJson } from '@tollgate/wire/json/exact';
import { isObject } from '@tollgate/wire/json/fields';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { TaskEgress, ToldVideo } from '@tollgate/wire/ir/videos';
import type { Invalid, Json, JsonObject, RequestSummary, UpstreamFailure } from '@tollgate/wire/protocol';
import { causeOf } from '../../../domain/causes.ts';
import { isOver, type AskedVideo, type MediaKind, type MediaTask } from '../../../domain/media-task.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { CallTarget, EndpointFacts } from '../../../relay/call.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { defineEndpoint, type Binding, type Endpoint } from '../../../relay/endpoint.ts';
import type { Exchange, WholeAnswer } from '../../../relay/exchange.ts';
import type { Candidate, Inspected, Planned } from '../../../relay/request-context.ts';
import { summaryOf } from '../../shared/inspect.ts';
import { fault, readerOfErrors, translatedBody, wholeOnly } from '../../shared/json-endpoint.ts';
import { chain, upstreamRequest } from '../../shared/upstream-request.ts';
import { refuseAddresses } from '../addresses.ts';
import { beginsTask, idOf, placedAt, taskFor, type Begun } from '../hand-over.ts';
import { tellingTo, toldOf } from '../tell.ts';
import { vendorCalls } from '../vendor-calls.ts';
import { findTask } from '../own-tasks.ts';

/** What is asked, as it is routed, priced and written down. */
export type TaskAsked = {
  /** By which channels are found and prices set: `suno_music`, `mj_imagine`. */
  readonly model: string;
  readonly asked: AskedVideo;
  /** What goes up, the task that it goes on with named as the gateway does. */
  readonly body: JsonObject;
  readonly origin?: { readonly id: string; readonly done: boolean } | undefined;
  /** Where vendors have several places (`fast/imagine`). */
  readonly place: string;
};

/** A kind of task whose clients and vendors speak the same words. */
export type TaskSpec = Pick<EndpointFacts, 'id' | 'title' | 'routes' | 'protocol' | 'operation' | 'errors'> & {
  readonly kind: MediaKind;
  readonly egress: TaskEgress;
  read(json: JsonObject, target: CallTarget): TaskAsked | Invalid;
  /** The body with the vendor's name of the task that it goes on with. */
  withOrigin(body: JsonObject, ours: string, theirs: string): JsonObject;
  /** Why a vendor has not taken what was asked, of an answer without an error's status. */
  refusalIn(json: JsonObject): UpstreamFailure;
  /** What a vendor has done at once, and is charged for at once; undefined for what it has only begun. */
  doneAtOnce?(json: JsonObject): { readonly usage: Usage } | undefined;
  write(json: Json, task: ToldVideo): JsonObject;
};

/** A request and the task that it goes on with. */
type Asked = { readonly ask: TaskAsked; readonly origin: MediaTask | undefined };

/**
 * Begins tasks of a kind that upstreams and clients say alike. What goes on with an earlier one goes to the account that made that, and
 * names it there as that account does.
 */
export function beginsTasks(spec: TaskSpec): Endpoint {
  const { id, title, routes, protocol, operation, errors, kind, read, withOrigin, doneAtOnce } = spec;
  const endpoint: Endpoint<Asked> = {
    id,
    title,
    routes,
    protocol,
    operation,
    errors,
    body: 'json',
    answers: doneAtOnce ? ['task', 'json'] : ['task'],
    charged: true,
    inspect: (json, _limits, target) => inspectTask(spec, json, target),
    async begin(deps, context) {
      const ask = read(context.body.json as JsonObject, context.call.target);
      if ('invalid' in ask) throw new Error(`an inspected task is refused: ${ask.invalid}`);
      return { ask, origin: await originOf(deps, context, kind, ask) };
    },
    binding: (_context, { origin }) => origin && bindingTo(origin),
    exchange(deps, context, { ask, origin }, candidate) {
      const calls = vendorCalls(context, spec.egress, idOf(context, taskPrefix));
      const body = calls.tell(origin ? withOrigin(ask.body, origin.id, origin.vendorId) : ask.body);
      const there = placedAt(candidate, operation, ask.place);
      const bytes = translatedBody(context, body, candidate);
      return chain(upstreamRequest(deps, endpoint, context, there, bytes), (request): Exchange => {
        const task = taskFor(context, candidate, {
          kind,
          asked: { ...ask.asked, called: calls.called },
          prefix: taskPrefix,
          client: id,
        });
        return {
          ...wholeOnly,
          request,
          background: true,
          readError: readerOfErrors(candidate),
          readWhole: (answer) => readBegun(spec, context, candidate, task, body, answer),
          ...beginsTask(deps, context, candidate, task),
        };
      });
    },
  };
  return defineEndpoint(endpoint);
}

function inspectTask({ read }: TaskSpec, json: Json, target: CallTarget): RequestSummary | Invalid {
  if (!isObject(json)) return { invalid: 'The body must be a JSON object.', param: null };
  const ask = read(json, target);
  if ('invalid' in ask) return ask;
  const { model, asked } = ask;
  if (asked.prompt.length > maxPromptLength)
    return { invalid: `"prompt" must have at most ${maxPromptLength} characters.`, param: 'prompt' };
  const refused = refuseAddresses(json);
  if (refused) return refused;
  return { ...summaryOf(model, json, { inputEstimate: 0, counted: { requests: 1 } }), tier: asked.mode };
}

const maxPromptLength = 32_000;

async function originOf(
  deps: RelayDeps,
  context: Inspected,
  kind: MediaKind,
  { origin }: TaskAsked,
): Promise<MediaTask | undefined> {
  if (!origin) return undefined;
  const task = await findTask(deps, context, origin.id);
  if (task?.kind !== kind) throw new Refusal('task_not_found', 'There is no such task.', { param: 'taskId' });
  if (origin.done && !isOver(task.state))
    throw new Refusal('task_in_progress', 'The task is still being worked on.', { param: 'taskId' });
  if (task.state.status === 'failed')
    throw new Refusal('task_not_found', 'Nothing came of the task.', { param: 'taskId' });
  return task;
}

const bindingTo = ({ channelId, credential }: MediaTask): Binding => ({
  account: { channelId, credential },
  refusal: () => new Refusal('no_channel', 'Who made the first one is not asked any more.'),
});

const taskPrefix = 'task';
const decoder = new TextDecoder();

function readBegun(
  spec: TaskSpec,
  context: Planned,
  candidate: Candidate,
  task: Begun,
  body: JsonObject,
  bytes: Uint8Array,
): WholeAnswer {
  const json = parseJson(decoder.decode(bytes));
  if (!isObject(json))
    return fault('unexpected_body', 'the upstream answered 200 with a body that is not an object', undefined);
  const written = (vendorId: string): JsonObject => spec.write(json, toldOf({ ...task, vendorId }, tellingTo(context)));
  const done = spec.doneAtOnce?.(json);
  const vendorId = done ? '' : spec.egress.readSubmitted(json, { action: undefined, body });
  if (vendorId === undefined) {
    const failure = spec.refusalIn(json);
    return fault(causeOf(failure, candidate.target.channel.provider), failure.message, failure);
  }
  return {
    usage: done?.usage,
    servedAs: done && { tier: task.asked.mode },
    outputEstimate: 0,
    detached: done ? undefined : { responseId: vendorId, parts: {}, given: undefined },
    write: () => ({
      body: JSON.stringify(written(vendorId)),
      contentType: 'application/json',
      losses: [],
      status: 200,
    }),
  };
}
