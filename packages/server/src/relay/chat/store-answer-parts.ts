import type { SignedReasoning } from '@tollgate/wire/ir/signed-reasoning';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { JsonObject } from '@tollgate/wire/protocol';
import { itemsOf } from '@tollgate/wire/protocols/openai-responses/item-references';
import type { Attempt } from '../send/attempt.ts';

/** What of an answer a later request may come back to. */
export type StorableParts = {
  /** Ids under which the provider keeps it. */
  readonly storedIds?: readonly string[] | undefined;
  /** What it used, if that was reported. */
  readonly usage?: Usage | undefined;
  /** Items that were written for the client, on the translating passthrough. */
  readonly items?: readonly JsonObject[] | undefined;
  /** Sealed reasoning that led to tool calls, on the translating passthrough. */
  readonly reasoning?: SignedReasoning | undefined;
};

/** Remembers, for the owner of the key, what a later request may come back to. */
export function storeAnswerParts(attempt: Attempt, { storedIds, usage, items, reasoning }: StorableParts): void {
  const { deps, context, candidate } = attempt;
  if (!context.key) return;
  const userId = context.key.user.id;
  if (reasoning) deps.conversations.keepReasoning(userId, reasoning);
  if (context.json['store'] === false) return;
  const { channel, credential } = candidate.target;
  if (storedIds && candidate.dialect.stored)
    deps.conversations.rememberAccount(
      userId,
      storedIds,
      { channelId: channel.id, credential: credential.index },
      usage,
    );
  if (items && items.length > 0) deps.conversations.keepItems(userId, itemsOf({ output: items }));
}
