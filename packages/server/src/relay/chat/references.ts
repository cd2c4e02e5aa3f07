import type { JsonObject, RequestSummary } from '@tollgate/wire/protocol';
import { render } from '@tollgate/wire/json/render';
import { withItems } from '@tollgate/wire/protocols/openai-responses/item-references';
import type { KeyRecord } from '../../domain/snapshot.ts';
import type { Kept } from '../../services/conversations/conversations.ts';
import type { RequestContext } from '../request-context.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';

/** More items than a conversation that any model can still read is made of. */
const maxReferences = 5000;

/**
 * Resolves what a request leans on. Ids are known to their owner alone: whoever else names one is told that there is no
 * such thing, as for any made-up id. Answers that a provider keeps bind the request to the account that keeps them; items
 * that the gateway keeps are put in place of their ids; reasoning that are not the sender's will be left out. Returns the
 * summary with what is now known of it.
 */
export async function resolveReferences(
  deps: RelayDeps,
  context: RequestContext,
  key: KeyRecord,
  summary: RequestSummary,
): Promise<RequestSummary> {
  if (!summary.references) return summary;
  const { response, items, reasoning } = summary.references;
  if (items.length + reasoning.length > maxReferences)
    throw new Refusal('invalid_request', `"input" names more than ${maxReferences} items.`, { param: 'input' });
  if (reasoning.length > 0) context.foreignReasoningIds = await strangersAmong(deps, key, new Set(reasoning));
  const ids = response === undefined ? items : [response, ...items];
  if (ids.length === 0) return summary;
  const found = await findKept(deps, key, [...new Set(ids)]);
  const kept = new Map<string, JsonObject>();
  let keptTokens = 0;
  for (const id of ids) {
    const what = found.get(id);
    if (!what) throw unknown(id, id === response);
    if ('item' in what) kept.set(id, what.item);
    else {
      bind(context, what.account);
      keptTokens += what.account.tokens ?? 0;
    }
  }
  const whole = kept.size === 0 ? summary : putInPlace(deps, context, summary, items, kept);
  // What the provider adds is paid for as input, and must have been set aside.
  return keptTokens === 0 ? whole : { ...whole, inputEstimate: whole.inputEstimate + keptTokens };
}

/** Which reasoning are not known to be this key's owner's. Without them a conversation goes on as well as it can. */
async function strangersAmong(
  deps: RelayDeps,
  key: KeyRecord,
  reasoning: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  try {
    const known = await deps.conversations.find(key.user.id, [...reasoning]);
    return new Set([...reasoning].filter((id) => !known.has(id)));
  } catch (error) {
    deps.log.warn({ err: error }, 'kept reasoning could not be looked up');
    return reasoning;
  }
}

/** Puts items in the place of their ids. A few bytes may name the same large item many times. */
function putInPlace(
  deps: RelayDeps,
  context: RequestContext,
  summary: RequestSummary,
  ids: readonly string[],
  kept: ReadonlyMap<string, JsonObject>,
): RequestSummary {
  const { relay } = context.snapshot.settings;
  const sizes = new Map([...kept].map(([id, item]) => [id, Buffer.byteLength(JSON.stringify(item))]));
  const size = ids.reduce((sum, id) => sum + (sizes.get(id) ?? 0), context.bytes.byteLength);
  if (size > relay.maxBodyBytes)
    throw new Refusal(
      'request_too_large',
      `The request is larger than ${relay.maxBodyBytes} bytes with the items that it names.`,
    );
  const json = withItems(context.json, (id) => kept.get(id));
  const bytes = render(context.bytes, context.json, json);
  deps.load.bufferedBytes += bytes.byteLength - context.bytes.byteLength;
  context.bytes = bytes;
  context.json = json;
  const { protocol, operation, path } = context.call;
  const whole = protocol.inspect(operation, json, relay, path);
  return 'invalid' in whole ? summary : { ...summary, inputEstimate: whole.inputEstimate };
}

/** What is kept for this key's owner; 503 when that cannot be looked up. */
export const findKept = (deps: RelayDeps, key: KeyRecord, ids: readonly string[]): Promise<ReadonlyMap<string, Kept>> =>
  lookedUp(deps, deps.conversations.find(key.user.id, ids));

/** What is looked up of kept answers; 503 when it cannot be. */
export async function lookedUp<T>(deps: RelayDeps, looking: Promise<T>): Promise<T> {
  try {
    return await looking;
  } catch (error) {
    deps.log.error({ err: error }, 'kept answers could not be looked up');
    throw new Refusal('database_unavailable', 'Kept answers cannot be looked up at the moment. Try again shortly.', {
      retryAfterMs: 2000,
    });
  }
}

function bind(context: RequestContext, account: NonNullable<RequestContext['account']>): void {
  const before = context.account;
  if (before && (before.channelId !== account.channelId || before.credential !== account.credential))
    throw new Refusal('invalid_request', 'The request names answers that are kept by different provider accounts.', {
      param: 'input',
    });
  context.account = account;
}

function unknown(id: string, isResponse: boolean): Refusal {
  if (isResponse)
    return new Refusal('previous_response_not_found', `Previous response with id '${id}' not found.`, {
      param: 'previous_response_id',
    });
  return new Refusal(
    'invalid_request',
    `Item with id '${id}' not found. Items are kept for a while, and not at all when "store" is false; send the item itself.`,
    { param: 'input' },
  );
}
