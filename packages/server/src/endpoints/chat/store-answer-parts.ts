import type { SignedReasoning } from '@tollgate/wire/ir/signed-reasoning';
import type { JsonObject } from '@tollgate/wire/protocol';
import { itemsOf } from '@tollgate/wire/protocols/openai-responses/item-references';
import type { RelayDeps } from '../../relay/deps.ts';
import type { StorableParts } from '../../relay/exchange.ts';
import type { Candidate, Inspected } from '../../relay/request-context.ts';
import { jsonOf } from './state.ts';

/** What of a conversation's answer a later request may come back to. */
export type ChatParts = StorableParts & {
  /** Items that were written for the client, where the answer was translated. */
  readonly items?: readonly JsonObject[] | undefined;
  /** Signed reasoning that led to tool calls, where the answer was translated. */
  readonly reasoning?: SignedReasoning | undefined;
};

/** Remembers, for the owner of the key, what a later request may come back to. */
export function storeAnswerParts(
  { conversations }: RelayDeps,
  context: Inspected,
  { target, dialect }: Candidate,
  { storedIds, resourceIds, usage, items, reasoning }: ChatParts,
): void {
  const userId = context.key.user.id;
  if (reasoning) conversations.keepReasoning(userId, reasoning);
  const { channel, credential } = target;
  const account = { channelId: channel.id, credential: credential.index };
  // What an answer made is there whether or not the answer is kept.
  if (resourceIds && resourceIds.length > 0) conversations.rememberAccount(userId, resourceIds, account);
  // What the next request reads of it is paid as input.
  const conversation = context.summary.references?.conversation;
  if (conversation !== undefined && usage) conversations.rememberAccount(userId, [conversation], account, usage);
  if (jsonOf(context)['store'] === false) return;
  if (storedIds && dialect.stored) conversations.rememberAccount(userId, storedIds, account, usage);
  if (items && items.length > 0) conversations.keepItems(userId, itemsOf({ output: items }));
}
