import type { Loss } from '@tollgate/wire/ir/loss';
import { shorten } from '@tollgate/wire/text';
import type { JsonObject, References } from '@tollgate/wire/protocol';
import { render } from '@tollgate/wire/json/render';
import { foreignItems, withItems } from '@tollgate/wire/protocols/openai-responses/item-references';
import { Refusal } from '../../domain/refusal.ts';
import type { KeyRecord } from '../../domain/snapshot.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Endpoint } from '../../relay/endpoint.ts';
import { holdBytes, type Inspected } from '../../relay/request-context.ts';
import type { AccountRef, Kept } from '../../services/conversations/conversations.ts';
import { findKept, findNamedOrRefuse } from '../shared/foreign-resources.ts';
import { passthroughOf, type ClientProtocol } from './protocols.ts';
import { jsonOf, type ChatState } from './state.ts';

/** More items than a conversation that any model can still read is made of. */
const maxReferences = 5000;

/**
 * Resolves what a request leans on. Ids are known to their owner alone: whoever else names one is told that there is no
 * such thing, as for any made-up id. Answers that a provider keeps bind the request to the account that keeps them; items
 * that the gateway keeps are put in place of their ids; items given in part that are not the sender's will be left out; and
 * what else of the account's is named must be the sender's, unless every user's names pass. The summary says then what is
 * known of it.
 */
export async function resolveReferences(
  deps: RelayDeps,
  endpoint: Pick<Endpoint, 'inspect' | 'protocol'>,
  context: Inspected,
  state: ChatState,
): Promise<void> {
  const { key, summary } = context;
  if (!summary.references) return;
  const { response, conversation, items, hollow, resources } = summary.references;
  if (items.length + hollow.length + resources.length > maxReferences)
    throw new Refusal('invalid_request', `The request names more than ${maxReferences} things.`, { param: 'input' });
  let keptTokens = bindToKeepers(await findNamedOrRefuse(deps, context), state);
  if (hollow.length > 0) state.foreignItemIds = await strangersAmong(deps, key, new Set(hollow));
  const ids = [response, conversation, ...items].filter((id) => id !== undefined);
  if (ids.length === 0) return setAside(context, keptTokens);
  const found = await findKept(deps, key, [...new Set(ids)]);
  const kept = new Map<string, JsonObject>();
  for (const id of ids) {
    const what = found.get(id);
    if (!what) throw unknown(id, summary.references, passthroughOf(endpoint.protocol));
    if ('item' in what) kept.set(id, what.item);
    else {
      bind(state, what.account);
      state.leansOnAnswer = true;
      keptTokens += what.account.tokens ?? 0;
    }
  }
  if (kept.size > 0) putInPlace(deps, endpoint, context, items, kept);
  setAside(context, keptTokens);
}

/** What the provider adds is paid for as input, and must have been set aside. */
function setAside(context: Inspected, tokens: number): void {
  if (tokens > 0) context.summary = { ...context.summary, inputEstimate: context.summary.inputEstimate + tokens };
}

/** Which items are not known to be this key's owner's. Without them a conversation goes on as well as it can. */
async function strangersAmong(
  deps: RelayDeps,
  key: KeyRecord,
  items: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  try {
    const known = await deps.conversations.find(key.user.id, [...items]);
    return new Set([...items].filter((id) => !known.has(id)));
  } catch (error) {
    deps.log.warn({ err: error }, 'kept items could not be looked up');
    return items;
  }
}

/** What is left out of a body that is passed on because nobody knows it to be its sender's. */
export const foreignItemLosses = (context: Inspected, { foreignItemIds }: ChatState): readonly Loss[] =>
  foreignItems(jsonOf(context), foreignItemIds).map((index) => ({
    path: `input[${index}]`,
    kind: 'dropped',
    detail: 'the provider would fill it in, and it is not known to be yours',
  }));

/** Puts items in the place of their ids. A few bytes may name the same large item many times. */
function putInPlace(
  deps: RelayDeps,
  endpoint: Pick<Endpoint, 'inspect'>,
  context: Inspected,
  ids: readonly string[],
  kept: ReadonlyMap<string, JsonObject>,
): void {
  const { body, summary } = context;
  const { relay } = context.snapshot.settings;
  const sizes = new Map([...kept].map(([id, item]) => [id, Buffer.byteLength(JSON.stringify(item))]));
  const size = ids.reduce((sum, id) => sum + (sizes.get(id) ?? 0), body.bytes.byteLength);
  if (size > relay.maxBodyBytes)
    throw new Refusal(
      'request_too_large',
      `The request is larger than ${relay.maxBodyBytes} bytes with the items that it names.`,
    );
  const before = jsonOf(context);
  const json = withItems(before, (id) => kept.get(id));
  const bytes = render(body.bytes, before, json);
  holdBytes(deps, context, bytes.byteLength - body.bytes.byteLength);
  context.body = { bytes, json };
  const whole = endpoint.inspect(json, relay, context.call.target);
  if (!('invalid' in whole)) context.summary = { ...summary, inputEstimate: whole.inputEstimate };
}

/** Files and the like that are known to be the sender's are asked of the account that keeps them. Returns the tokens that they bring. */
function bindToKeepers(kept: ReadonlyMap<string, Kept>, state: ChatState): number {
  let tokens = 0;
  for (const what of kept.values()) {
    if (!('account' in what)) continue;
    bind(state, what.account);
    tokens += what.account.tokens ?? 0;
  }
  return tokens;
}

function bind(state: ChatState, account: AccountRef): void {
  const before = state.account;
  if (before && (before.channelId !== account.channelId || before.credential !== account.credential))
    throw new Refusal('invalid_request', 'The request names things that are kept by different provider accounts.', {
      param: 'input',
    });
  state.account = account;
}

function unknown(id: string, { response, conversation }: References, { keeps }: ClientProtocol): Refusal {
  if (id === conversation)
    return new Refusal('invalid_request', `Conversation with id '${shorten(id)}' not found.`, {
      param: 'conversation',
    });
  if (id === response && keeps)
    return new Refusal(
      'previous_response_not_found',
      `Previous ${keeps.kind.toLowerCase()} with id '${shorten(id)}' not found.`,
      { param: keeps.previous },
    );
  return new Refusal(
    'invalid_request',
    `Item with id '${shorten(id)}' not found. Items are kept for a while, and not at all when "store" is false; send the item itself.`,
    { param: 'input' },
  );
}
