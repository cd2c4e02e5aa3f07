import { objectsAt, textAt } from '@tollgate/wire/json/fields';
import { readJson } from '@tollgate/wire/json/read';
import type { JsonObject, StreamProbe } from '@tollgate/wire/protocol';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Exchange, ResponseTransform } from '../../relay/exchange.ts';
import { queryOf } from '../../relay/receive/query.ts';
import type { Planned } from '../../relay/request-context.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { chain } from '../shared/upstream-request.ts';
import { streamTypeFor } from '../chat/response-transform.ts';
import { requestTo, type StoredAction, type StoringAccount } from './storing-account.ts';

/** What is asked of which stored response, and the account that keeps it. */
export type StoredState = {
  readonly action: StoredAction;
  readonly id: string;
  readonly account: AccountRef | undefined;
  readonly storing: StoringAccount;
};

/** Asks the account that keeps a response; the bytes pass. */
export function storedExchange(deps: RelayDeps, context: Planned, state: StoredState): Exchange | Promise<Exchange> {
  const { action, id, storing } = state;
  const { relay } = context.snapshot.settings;
  const query = queryFor(context);
  const { protocol: protocolId, usage: readUsage } = storing.dialect;
  const protocol = passthroughOf(protocolId);
  let probe: StreamProbe | undefined;
  return chain(requestTo(deps, storing, action, id, query, relay.connectTimeoutMs), (request) => ({
    request,
    conversion: undefined,
    background: false,
    readError: protocol.readError,
    openStream(type) {
      const streams = action === 'read' && query.get('stream') === 'true' && type.startsWith('text/event-stream');
      if (!streams) return undefined;
      probe = protocol.probe({ hideUsage: false, readUsage });
      return openStoredStream(context, probe);
    },
    keep: () => probe && noteGiven(deps, context, state, probe),
    readWhole: (body) => ({
      usage: undefined,
      outputEstimate: 0,
      write: () => ({ body, contentType: 'application/json', losses: [] }),
      keep: () => noteAnswer(deps, context, state, body),
    }),
  }));
}

/** Hands a stored stream on as it comes, beside a probe that sees what its client is given. */
function openStoredStream({ call }: Planned, probe: StreamProbe): ResponseTransform {
  let begun = false;
  return {
    contentType: streamTypeFor('sse'),
    push(chunk) {
      begun = true;
      probe.push(chunk);
      return chunk;
    },
    end: () => undefined,
    close: () => undefined,
    fail: (words) => call.endpoint.errors.writeStreamError(words, call.id),
    losses: [],
    // It is what its provider kept, whatever that is: nothing of it is judged, and no end is wrong.
    get meaningful() {
      return begun;
    },
    finished: false,
    finishReason: true,
    error: undefined,
    usage: undefined,
    servedAs: undefined,
    outputEstimate: 0,
    unreported: 0,
  };
}

/** Writes down what a client was given of an answer that may yet be cancelled: it pays for that however it ends. */
function noteGiven(deps: RelayDeps, { key }: Planned, { id }: StoredState, probe: StreamProbe): void {
  const { usage, servedAs, outputEstimate, meaningful } = probe;
  if (!meaningful) return;
  deps.background
    .noteGiven(key.user.id, id, { usage, servedAs, outputEstimate })
    .catch((error: unknown) => deps.log.warn({ err: error }, 'what was given of an answer was not written down'));
}

const passedOn: ReadonlySet<string> = new Set([
  'include',
  'include[]',
  'include_obfuscation',
  'stream',
  'starting_after',
  // Of interactions.
  'last_event_id',
  'include_input',
  'after',
  'before',
  'limit',
  'order',
]);

/** What of the client's query concerns the provider; never a key. */
function queryFor({ call }: Planned): URLSearchParams {
  const given = queryOf(call.request.url);
  return new URLSearchParams([...given].filter(([name]) => passedOn.has(name)));
}

/** What an answer about a stored response says of it: it is gone, or by which ids it may be named. */
function noteAnswer(
  deps: RelayDeps,
  { key }: Planned,
  { action, id, account, storing }: StoredState,
  body: Uint8Array,
): void | Promise<void> {
  if (action === 'delete') return forget(deps, key.user.id, id);
  const read = readJson(body);
  if ('failure' in read || !account) return undefined;
  const { dialect } = storing;
  if (action === 'input_items') {
    deps.conversations.rememberAccount(key.user.id, idsIn(read.json), account);
    return undefined;
  }
  if (action !== 'read') return undefined;
  // An answer in the background is known by its own id alone until somebody reads it.
  const { storedIds, usage } = passthroughOf(dialect.protocol).readResponse(read.json, dialect.usage);
  if (storedIds) deps.conversations.rememberAccount(key.user.id, storedIds, account, usage);
  return undefined;
}

/** The ids in a list of items. */
function idsIn(json: unknown): readonly string[] {
  if (typeof json !== 'object' || json === null) return [];
  return objectsAt(json as JsonObject, 'data').flatMap((item) => textAt(item, 'id') ?? []);
}

/** The provider has deleted it; that its owner was remembered too does no harm while the database is away. */
async function forget(deps: RelayDeps, userId: string, id: string): Promise<void> {
  try {
    await deps.conversations.forget(userId, [id]);
  } catch (error) {
    deps.log.warn({ err: error }, 'a deleted answer is still remembered');
  }
}
