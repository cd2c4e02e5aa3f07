import { readJson } from '@tollgate/wire/json/read';
import { objectsAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { causeOf } from '../../domain/causes.ts';
import type { KeyRecord } from '../../domain/snapshot.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';
import { answerHeaders, streamHeaders } from '../answer/headers.ts';
import { ask, type Answered } from '../send/ask.ts';
import { errorAnswer, wordsOfRefusal } from '../answer/error-answer.ts';
import { wordsFor } from '../answer/failure-words.ts';
import { freeCall } from './free-call.ts';
import type { Call, RequestContext } from '../request-context.ts';
import { storingAccountOf, requestTo, type StoringAccount, type StoredAction } from './storing-account.ts';
import { passStream } from '../send/pass-stream.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { findKept, lookedUp } from '../chat/references.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';

/**
 * Reads, deletes or cancels an answer that its provider keeps, or lists what it was made of. The request goes to the
 * account that made it; whoever does not own it is told that there is none.
 */
export function storedResponse(deps: RelayDeps, call: Call, id: string, action: StoredAction): Promise<Response> {
  return freeCall(deps, call, async (context, key, until) => {
    const { snapshot } = context;
    const kept = (await findKept(deps, key, [id])).get(id);
    const account = kept && 'account' in kept ? kept.account : undefined;
    const storing = account && storingAccountOf(snapshot, call.protocol.id, account);
    if (!storing) throw new Refusal('response_not_found', `Response with id '${id}' not found.`);
    // What is deleted before it is done could not be charged any more.
    if (action === 'delete' && !(await lookedUp(deps, deps.background.isSettled(key.user.id, id))))
      throw new Refusal('response_in_progress', 'The response is still in progress. Cancel it first.');
    const { relay } = snapshot.settings;
    const query = queryFor(call);
    const request = await requestTo(deps, storing, action, id, query, relay.connectTimeoutMs);
    const { signal } = call.request;
    const asked =
      action === 'read' && query.get('stream') === 'true'
        ? await passStream(deps, relay, request, {
            signal,
            headers: streamHeaders(context),
            broken: () => cut(context),
            ...watchGiven(deps, key, storing, id, until),
          })
        : await ask(deps, relay, request, signal);
    if (asked instanceof Response) return asked;
    if ('cause' in asked) {
      const failed = { ...asked, upstream: undefined, retryAfterMs: undefined };
      return errorAnswer(context, wordsFor(context, failed, storing), undefined);
    }
    if (asked.status !== 200) {
      const passthrough = passthroughOf(storing.dialect.protocol);
      const upstream = passthrough.readError(asked.status, new TextDecoder().decode(asked.body));
      const failed = {
        cause: causeOf(upstream, storing.target.channel.provider),
        detail: upstream.message,
        upstream,
        retryAfterMs: undefined,
      };
      return errorAnswer(context, wordsFor(context, failed, storing), undefined);
    }
    if (action === 'delete') await forget(deps, key.user.id, id);
    if (action === 'read') storeAnswer(deps, key, storing, account, asked);
    if (action === 'input_items') deps.conversations.rememberAccount(key.user.id, idsIn(asked), account);
    return new Response(asked.body, { headers: answerHeaders(context, 'application/json') });
  });
}

/** Sees what a client is given of an answer that may yet be cancelled. */
function watchGiven(
  deps: RelayDeps,
  key: KeyRecord,
  { dialect }: StoringAccount,
  id: string,
  until: (over: Promise<unknown>) => void,
) {
  const over = Promise.withResolvers<undefined>();
  until(over.promise);
  const probe = passthroughOf(dialect.protocol).probe({ hideUsage: false, readUsage: dialect.usage });
  return {
    seen: (chunk: Uint8Array): void => void probe.push(chunk),
    over(): void {
      over.resolve(undefined);
      const { usage, servedAs, outputEstimate } = probe;
      if (!probe.meaningful) return;
      deps.background
        .noteGiven(key.user.id, id, { usage, servedAs, outputEstimate })
        .catch((error: unknown) => deps.log.warn({ err: error }, 'what was given of an answer was not written down'));
    },
  };
}

/** The last bytes of a kept stream that breaks off. */
function cut(context: RequestContext): Uint8Array {
  const words = wordsOfRefusal(new Refusal('upstream_cut', 'The upstream broke its answer off.'));
  return context.call.protocol.writeStreamError(words, context.call.id);
}

const passedOn: ReadonlySet<string> = new Set([
  'include',
  'include[]',
  'include_obfuscation',
  'stream',
  'starting_after',
  'after',
  'before',
  'limit',
  'order',
]);

/** What of the client's query concerns the provider; never a key. */
function queryFor(call: Call): URLSearchParams {
  const given = new URL(call.request.url).searchParams;
  return new URLSearchParams([...given].filter(([name]) => passedOn.has(name)));
}

/** An answer in the background is known by its own id alone until somebody reads it. */
function storeAnswer(
  deps: RelayDeps,
  key: KeyRecord,
  { dialect }: StoringAccount,
  account: AccountRef,
  { body }: Answered,
): void {
  const read = readJson(body);
  if ('failure' in read) return;
  const { storedIds, usage } = passthroughOf(dialect.protocol).readResponse(read.json, dialect.usage);
  if (storedIds) deps.conversations.rememberAccount(key.user.id, storedIds, account, usage);
}

/** The ids in a list of items. */
function idsIn({ body }: Answered): readonly string[] {
  const read = readJson(body);
  if ('failure' in read || typeof read.json !== 'object' || read.json === null) return [];
  return objectsAt(read.json as JsonObject, 'data').flatMap((item) => textAt(item, 'id') ?? []);
}

/** The provider has deleted it; that its owner was remembered too does no harm while the database is away. */
async function forget(deps: RelayDeps, userId: string, id: string): Promise<void> {
  try {
    await deps.conversations.forget(userId, [id]);
  } catch (error) {
    deps.log.warn({ err: error }, 'a deleted answer is still remembered');
  }
}
