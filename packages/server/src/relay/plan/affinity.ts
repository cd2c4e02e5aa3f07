import type { Settings } from '@tollgate/contract/settings';
import { compileAffinity, type ReadConversation } from '../../domain/affinity.ts';
import type { Target } from '../../domain/rank-channels.ts';
import type { Inspected } from '../request-context.ts';

/** Which target served a conversation last, in this process. */
export type Affinity = {
  /** The conversation that a request belongs to; undefined where nothing tells. */
  conversationOf(context: Inspected, model: string): string | undefined;
  /** The targets with the one first that served the conversation last; itself when it is not among them. */
  prefer(conversation: string, order: readonly Target[], settings: Settings['affinity']): readonly Target[];
  /** A target has served the conversation. */
  keep(conversation: string, target: Target, settings: Settings['affinity']): void;
  /** How many are remembered. */
  size(): number;
};

type Kept = { readonly channelId: string; readonly credential: number; readonly until: number };

// A snapshot's settings are frozen and replaced as a whole.
const compiled = new WeakMap<Settings['affinity'], ReadConversation>();

function readerOf(settings: Settings['affinity']): ReadConversation {
  let read = compiled.get(settings);
  if (!read) compiled.set(settings, (read = compileAffinity(settings.rules)));
  return read;
}

export function openAffinity(now: () => number): Affinity {
  const kept = new Map<string, Kept>();
  return {
    conversationOf({ snapshot, key, group, call, body }, model) {
      const { affinity } = snapshot.settings;
      if (!affinity.enabled) return undefined;
      const { headers } = call.request;
      const found = readerOf(affinity)({
        endpoint: call.endpoint.id,
        model,
        json: body.json,
        header: (name) => headers.get(name) ?? undefined,
      });
      // One tenant's ids say nothing about another's.
      return found === undefined ? undefined : `${key.user.id}\n${group}\n${model}\n${found}`;
    },
    prefer(conversation, order, { maxEntries }) {
      const last = maxEntries > 0 ? kept.get(conversation) : undefined;
      if (!last || last.until <= now()) return order;
      const index = order.findIndex(
        ({ channel, credential }) => channel.id === last.channelId && credential.index === last.credential,
      );
      const target = order[index];
      return index <= 0 || !target ? order : [target, ...order.toSpliced(index, 1)];
    },
    keep(conversation, { channel, credential }, { ttlMs, maxEntries }) {
      // Deleted first, so that what is used stays and the oldest goes.
      kept.delete(conversation);
      kept.set(conversation, { channelId: channel.id, credential: credential.index, until: now() + ttlMs });
      for (const oldest of kept.keys()) {
        if (kept.size <= maxEntries) break;
        kept.delete(oldest);
      }
    },
    size: () => kept.size,
  };
}
