import type { ReasoningPart, Signature } from '@tollgate/wire/ir/part';
import type { SignedReasoning } from '@tollgate/wire/ir/signed-reasoning';
import { inputTokens, outputTokens, type Usage } from '@tollgate/wire/ir/usage';
import type { JsonObject } from '@tollgate/wire/protocol';
import { openKeptValues, type KeptValuesOptions } from './kept-values.ts';

/**
 * Which provider account keeps an answer. `credential` is its index within the channel; `tokens`, what a request that leans
 * on it takes in with it, as far as that was reported.
 */
export type AccountRef = {
  readonly channelId: string;
  readonly credential: number;
  readonly tokens?: number | undefined;
};

/** What an id of a stored answer or item stands for: where it is, or the item itself. */
export type Kept = { readonly account: AccountRef } | { readonly item: JsonObject };

/**
 * What the gateway remembers between two requests of a conversation, for the owner (a user) alone:
 *
 * - where a provider keeps an answer, so that a request that names it goes there and nobody else's can name it;
 * - items of translated answers, which no provider keeps, for clients that name them instead of sending them back;
 * - signed reasoning by the ids of the tool calls they led to, for clients that cannot carry them.
 *
 * Content is sealed like credentials are, and forgotten after a while.
 */
export type Conversations = {
  /** The first id is the answer's own, the others are its items'; `usage` is what it used. */
  rememberAccount(userId: string, ids: readonly string[], account: AccountRef, usage?: Usage): void;
  keepItems(userId: string, items: ReadonlyMap<string, JsonObject>): void;
  /** Rejects when the database has to be asked and is away. */
  find(userId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Kept>>;
  forget(userId: string, ids: readonly string[]): Promise<void>;
  /** Reasoning before calls; of calls without any, it is kept in memory that there are none. */
  keepReasoning(userId: string, reasoning: SignedReasoning): void;
  /** By call id. Never rejects: without its reasoning a conversation goes on as well as it can. */
  findReasoning(
    userId: string,
    callIds: readonly string[],
  ): ReadonlyMap<string, SignedReasoning> | Promise<ReadonlyMap<string, SignedReasoning>>;
  close(): Promise<void>;
};

export type ConversationsOptions = KeptValuesOptions & {
  readonly secretBox: { seal(plain: string, context: string): string; open(sealed: string, context: string): string };
};

const dayMs = 86_400_000;
/** OpenAI keeps answers for 30 days: https://platform.openai.com/docs/guides/conversation-state */
// The words under which rows of earlier versions are found must not change: 'place' and 'thoughts' are parts of their ids.
const accountLifeMs = 30 * dayMs;
/** There are several items to an answer, and they are named while a conversation goes on. */
const itemAccountLifeMs = 7 * dayMs;
/** A client that names an item, or runs a tool, does so within this. */
const contentLifeMs = 6 * 3_600_000;

const context = 'conversation';

/** Signed reasoning as rows of every version have it, which is why its words are older than ours. */
type WrittenReasoning = {
  readonly thoughts: readonly (Omit<ReasoningPart, 'signature'> & { readonly seal?: Signature | undefined })[];
  readonly callSeals: readonly (readonly [string, Signature])[];
  readonly callIds: readonly string[];
};

const writeReasoning = ({ parts, callSignatures, callIds }: SignedReasoning): WrittenReasoning => ({
  thoughts: parts.map(({ signature, ...part }) => ({ ...part, seal: signature })),
  callSeals: [...callSignatures],
  callIds,
});

const readReasoning = ({ thoughts, callSeals, callIds }: WrittenReasoning): SignedReasoning => ({
  parts: thoughts.map(({ seal, ...part }) => ({ ...part, signature: seal })),
  callSignatures: new Map(callSeals),
  callIds,
});

export function openConversations(options: ConversationsOptions): Conversations {
  const { secretBox, log } = options;
  const values = openKeptValues(options);

  const keepContent = (userId: string, kind: string, name: string, content: unknown): void =>
    values.keep(values.idOf(userId, kind, name), secretBox.seal(JSON.stringify(content), context), contentLifeMs);

  /** What some names stand for; what cannot be opened any more (another master secret) is not there. */
  function opened<T>(stored: ReadonlyMap<string, string>, names: ReadonlyMap<string, string>): Map<string, T> {
    const found = new Map<string, T>();
    for (const [id, sealed] of stored) {
      const name = names.get(id);
      if (name === undefined) continue;
      try {
        found.set(name, JSON.parse(secretBox.open(sealed, context)) as T);
      } catch (error) {
        log.warn({ err: error }, 'conversation state could not be opened');
      }
    }
    return found;
  }

  const namesOf = (userId: string, kind: string, names: readonly string[]): Map<string, string> =>
    new Map(names.map((name) => [values.idOf(userId, kind, name), name]));

  return {
    rememberAccount(userId, ids, { channelId, credential }, usage) {
      const item = usage && outputTokens(usage);
      const answer = usage && inputTokens(usage) + outputTokens(usage);
      for (const [i, id] of ids.entries()) {
        const value = JSON.stringify({ channelId, credential, tokens: i === 0 ? answer : item });
        values.keep(values.idOf(userId, 'place', id), value, i === 0 ? accountLifeMs : itemAccountLifeMs);
      }
    },
    keepItems(userId, items) {
      for (const [id, item] of items) keepContent(userId, 'item', id, item);
    },
    async find(userId, ids) {
      const accounts = namesOf(userId, 'place', ids);
      const items = namesOf(userId, 'item', ids);
      const stored = await values.find([...accounts.keys(), ...items.keys()]);
      const found = new Map<string, Kept>();
      for (const [name, item] of opened<JsonObject>(stored, items)) found.set(name, { item });
      for (const [id, name] of accounts) {
        const account = stored.get(id);
        if (account !== undefined) found.set(name, { account: JSON.parse(account) as AccountRef });
      }
      return found;
    },
    forget: (userId, ids) => values.forget(ids.map((id) => values.idOf(userId, 'place', id))),
    keepReasoning(userId, reasoning) {
      if (reasoning.parts.length === 0 && reasoning.callSignatures.size === 0) {
        for (const callId of reasoning.callIds)
          values.keepAbsence(values.idOf(userId, 'thoughts', callId), contentLifeMs);
        return;
      }
      const written = writeReasoning(reasoning);
      for (const callId of reasoning.callIds) keepContent(userId, 'thoughts', callId, written);
    },
    findReasoning(userId, callIds) {
      const names = namesOf(userId, 'thoughts', callIds);
      const read = (stored: ReadonlyMap<string, string>): ReadonlyMap<string, SignedReasoning> =>
        new Map([...opened<WrittenReasoning>(stored, names)].map(([name, written]) => [name, readReasoning(written)]));
      const stored = values.find([...names.keys()]);
      if (!(stored instanceof Promise)) return read(stored);
      return stored.then(read, (error: unknown) => {
        log.warn({ err: error }, 'signed reasoning could not be looked up');
        return new Map();
      });
    },
    close: () => values.close(),
  };
}
