import type { JsonObject, NamedResource, ProtocolId } from '@tollgate/wire/protocol';
import type { Asked } from './price-expression/program.ts';

/** What there is, as its vendors call one. */
export type ObjectName =
  | 'file'
  | 'batch'
  | 'upload'
  | 'conversation'
  | 'container'
  | 'vector_store'
  | 'skill'
  | 'agent'
  | 'environment'
  | 'vault'
  | 'character'
  | 'cached_content';

/**
 * Something that a provider's account keeps for a user: a file, a batch. Clients know it by its vendor's id; that it is theirs, and
 * which account keeps it, is known here alone.
 */
export type StoredObject = {
  /** Of the row. Sorts by time. */
  readonly id: string;
  readonly userId: string;
  readonly keyId: string;
  readonly requestId: string;
  readonly kind: ObjectName;
  readonly channelId: string;
  /** Index of the credential within the channel. */
  readonly credential: number;
  readonly protocol: ProtocolId;
  readonly vendorId: string;
  /** As its vendor last told it. */
  readonly told: JsonObject;
  /** Of a file of requests, what they are; undefined of any other. */
  readonly requests: BatchFacts | undefined;
  /** Of a file that was read as it passed, what its requests are; absent of one that was not. */
  readonly lines?: RequestLines | undefined;
  /** Of a batch, what its price goes by of each of its requests; absent where it goes by none. */
  readonly asked?: AskedLines | undefined;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Input tokens that a request which names it takes in with it, as far as that was told; absent of what has none. */
  readonly tokens?: number | undefined;
  /** Of what is paid for by the time that it is kept; absent of anything else. */
  readonly storage?: PaidStorage | undefined;
  /** Undefined while it is worked on. */
  readonly finishedAt: number | undefined;
  /** Until when its vendor keeps it; absent: until it is deleted. */
  readonly expiresAt?: number | undefined;
};

/** What the requests of a file come to, all together. */
export type BatchFacts = {
  /** As their sender calls it. */
  readonly model: string;
  /** Where all of them are to go. */
  readonly url: string;
  readonly lines: number;
  /** Upper estimates, in tokens. */
  readonly inputEstimate: number;
  readonly maxOutputTokens: number;
};

/** What the requests of a file come to that passed here, all together. */
export type RequestLines = {
  /** Which kind they all are of. */
  readonly of: 'contents' | 'embeddings';
  readonly count: number;
  /** Upper estimates, in tokens; `maxOutputTokens` of the answers that have a most, `unbounded` of them have none. */
  readonly inputEstimate: number;
  readonly maxOutputTokens: number;
  readonly unbounded: number;
  /** How many of them may search the web. */
  readonly searches: number;
  /** What of an account's they name, each once. */
  readonly named: readonly NamedResource[];
  /** The model that they all name; undefined where they name none. */
  readonly model?: string | undefined;
  /** Why no batch can be made of them, in words for their owner; absent where one can. */
  readonly refused?: string;
};

/** The stretch of time for which money is set aside to keep something, or is to be; each is charged by itself. Moments are ms since the epoch. */
export type PaidStorage = {
  /** Tokens that are kept. */
  readonly tokens: number;
  /** Number of the stretch, from 0, which takes no time: nothing has been set aside yet. */
  readonly stretch: number;
  readonly from: number;
  readonly until: number;
  /** Nothing has been set aside for it yet. */
  readonly unpaid: boolean;
  /** Its owner has deleted it, at its vendor too. */
  readonly deleted?: true;
  /** When its vendor was last asked to change or delete it, and nobody has heard yet what came of that. */
  readonly changing?: number | undefined;
  /** When its vendor last told of a change: what was asked before tells, perhaps, how it was before that. */
  readonly changedAt?: number | undefined;
};

/** What is read of requests for their price: all ways in which they are asked, and which of these each is, by the name of its result. */
export type AskedLines = {
  readonly words: readonly Asked[];
  readonly of: Readonly<Record<string, number>>;
};
