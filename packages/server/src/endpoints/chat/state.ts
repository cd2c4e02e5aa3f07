import type { FetchedMedium } from '@tollgate/wire/ir/fetch-media';
import type { Read } from '@tollgate/wire/ir/loss';
import type { IrRequest } from '@tollgate/wire/ir/request';
import type { Invalid, JsonObject } from '@tollgate/wire/protocol';
import type { Refusal } from '../../domain/refusal.ts';
import type { Inspected } from '../../relay/request-context.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';

/** What the text endpoints keep of one request beside its context. */
export type ChatState = {
  /** The request in the canonical form, once a candidate needed it. */
  canonical: Read<IrRequest> | Invalid | undefined;
  /** The account that keeps what the request leans on; nobody else can serve it. */
  account: AccountRef | undefined;
  /** It keeps an answer that the request goes on with, and not only what else is named. */
  leansOnAnswer: boolean;
  /** Ids of items that the request gives in part and that are not known to be its sender's. */
  foreignItemIds: ReadonlySet<string>;
  /** Media that were fetched for it, by URL; how many bytes were counted for them; and why one was not to be had. */
  media: ReadonlyMap<string, FetchedMedium>;
  mediaBytes: number;
  mediaRefusal: Refusal | undefined;
  /** The request as a candidate's model takes it, in that candidate's own state; see `fitted.ts`. */
  readonly fitted?: JsonObject;
};

export const openChatState = (): ChatState => ({
  canonical: undefined,
  account: undefined,
  leansOnAnswer: false,
  foreignItemIds: noIds,
  media: noMedia,
  mediaBytes: 0,
  mediaRefusal: undefined,
});

const noIds: ReadonlySet<string> = new Set();
const noMedia: ReadonlyMap<string, FetchedMedium> = new Map();

/** The body of a text request: an object, or it would not have passed its inspection. */
export const jsonOf = (context: Inspected): JsonObject => context.body.json as JsonObject;
