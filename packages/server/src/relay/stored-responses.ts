import { readJson } from '@tollgate/wire/json/read';
import { objectsAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { causeOf } from '../domain/causes.ts';
import type { Channel, Credential } from '../domain/snapshot.ts';
import type { Dialect } from '../providers/define.ts';
import type { Place } from '../services/conversations/conversations.ts';
import { answerHeaders } from './answer.ts';
import { ask, type Answered } from './ask.ts';
import { errorAnswer } from './error-answer.ts';
import { wordsFor } from './failure-words.ts';
import { freeCall } from './free-call.ts';
import type { Call, Journey } from './journey.ts';
import { laneOf } from './protocols.ts';
import { findKept } from './references.ts';
import { Refusal } from './refusal.ts';
import { prepare } from './targets.ts';
import type { World } from './world.ts';

/** What can be done with an answer that its provider keeps. */
export type StoredAction = 'read' | 'delete' | 'cancel' | 'input_items';

const methods = { read: 'GET', delete: 'DELETE', cancel: 'POST', input_items: 'GET' } as const;

/**
 * Reads, deletes or cancels an answer that its provider keeps, or lists what it was made of. The request goes to the
 * account that made it; whoever does not own it is told that there is none.
 */
export function storedResponse(world: World, call: Call, id: string, action: StoredAction): Promise<Response> {
  return freeCall(world, call, async (journey, key) => {
    const kept = (await findKept(world, key, [id])).get(id);
    const keeper = kept && 'place' in kept ? keeperOf(journey, kept.place) : undefined;
    if (!kept || !('place' in kept) || !keeper)
      throw new Refusal('response_not_found', `Response with id '${id}' not found.`);
    const query = queryFor(call);
    const { channel, credential, dialect, path } = keeper;
    const { origin, basePath, headers } = prepare(channel, credential);
    const asked = await ask(world, journey, {
      origin,
      method: methods[action],
      path: basePath + below(path, id, action, query),
      headers,
      body: undefined,
      connectTimeoutMs: journey.snapshot.settings.relay.connectTimeoutMs,
    });
    if ('cause' in asked) {
      const failed = { ...asked, upstream: undefined, retryAfterMs: undefined };
      return errorAnswer(journey, wordsFor(journey, failed, { target: { channel, credential } }), undefined);
    }
    if (asked.status !== 200) {
      const upstream = laneOf(dialect.protocol).readError(asked.status, new TextDecoder().decode(asked.body));
      const failed = { cause: causeOf(upstream), detail: upstream.message, upstream, retryAfterMs: undefined };
      return errorAnswer(journey, wordsFor(journey, failed, { target: { channel, credential } }), undefined);
    }
    if (action === 'delete') await forget(world, key.user.id, id);
    if (action === 'input_items') world.conversations.keepPlace(key.user.id, idsIn(asked), kept.place);
    return new Response(asked.body, { headers: answerHeaders(journey, 'application/json') });
  });
}

/** The account that keeps an answer, and where its answers are. */
type Keeper = {
  readonly channel: Channel;
  readonly credential: Credential;
  readonly dialect: Dialect;
  readonly path: string;
};

/** Undefined when the account is gone, switched off, or is no longer asked by this protocol. */
function keeperOf(journey: Journey, place: Place): Keeper | undefined {
  const channel = journey.snapshot.channels.get(place.channelId);
  const credential = channel?.credentials.find((one) => one.index === place.credential);
  if (!channel?.enabled || !credential?.enabled) return undefined;
  const dialect = channel.provider.dialects.find((one) => one.protocol === journey.call.protocol.id && one.stored);
  const path = dialect?.path('chat', { model: '', settings: channel.settings });
  return dialect && path !== undefined ? { channel, credential, dialect, path } : undefined;
}

/** Where one answer is below the path of all; a path may have a query of its own (Azure's version). */
function below(path: string, id: string, action: StoredAction, query: URLSearchParams): string {
  const [base = '', own = ''] = path.split('?');
  for (const [name, value] of new URLSearchParams(own)) query.set(name, value);
  const sub = action === 'cancel' || action === 'input_items' ? `/${action}` : '';
  const tail = query.size > 0 ? `?${query}` : '';
  return `${base}/${encodeURIComponent(id)}${sub}${tail}`;
}

const passedOn: ReadonlySet<string> = new Set(['include', 'include[]', 'after', 'before', 'limit', 'order']);

/** What of the client's query concerns the provider; never a key. */
function queryFor(call: Call): URLSearchParams {
  const given = new URL(call.request.url).searchParams;
  if (given.get('stream') === 'true')
    throw new Refusal('invalid_request', 'A kept answer cannot be streamed: it is there already.', { param: 'stream' });
  return new URLSearchParams([...given].filter(([name]) => passedOn.has(name)));
}

/** The ids in a list of items. */
function idsIn({ body }: Answered): readonly string[] {
  const read = readJson(body);
  if ('failure' in read || typeof read.json !== 'object' || read.json === null) return [];
  return objectsAt(read.json as JsonObject, 'data').flatMap((item) => textAt(item, 'id') ?? []);
}

/** The provider has deleted it; that its owner was remembered too does no harm while the database is away. */
async function forget(world: World, userId: string, id: string): Promise<void> {
  try {
    await world.conversations.forget(userId, [id]);
  } catch (error) {
    world.log.warn({ err: error }, 'a deleted answer is still remembered');
  }
}
