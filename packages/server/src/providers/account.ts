import type { JsonObject } from '@tollgate/wire/protocol';
import type { KeyAuth } from './auth.ts';

/**
 * What an account can be asked about itself, beside what clients ask of it: which models it may use, and what money it has
 * left. As data: where, and a pure function that reads the answer.
 */

/** A question put with the account's own authentication; with GET where nothing else is said. */
type Question = {
  /** After the base URL; `{name}` stands for a setting, and `/..` at its beginning climbs out of the base URL's path. */
  readonly path: string;
  /** The page that says so; absent where it is what the protocol's owner has. */
  readonly source?: string;
};

/** Names of models, and how the rest of the list is asked. */
export type ModelPage = {
  readonly models: readonly string[];
  /** The query of the next page, without `?`; undefined on the last one. */
  readonly next?: string | undefined;
};

export type ModelListing = Question & {
  /**
   * The server that lists, where it is another than the one that serves; `{name}` stands for a setting. A channel with a base URL of its
   * own is asked there for all.
   */
  readonly at?: string;
  /** A further part of the list, asked by itself. */
  readonly also?: ModelListing;
  /** Undefined when the body is no list of models. */
  read(body: unknown): ModelPage | undefined;
};

/** A model that a server has on its disk. */
export type HeldModel = {
  readonly name: string;
  readonly bytes: number | null;
  /** Size and precision of its parameters, in the server's own words. */
  readonly about: string;
  /** Unix time in ms. */
  readonly changedAt: number | null;
};

/** What a server says while it fetches a model. */
export type PullStep = {
  readonly step: string;
  readonly doneBytes: number | null;
  readonly totalBytes: number | null;
  readonly problem?: string | undefined;
  /** The model is there. */
  readonly done: boolean;
};

/** How a server of one's own is told which models to hold. Its answers to `pull` are JSON objects, one a line. */
export type ModelLibrary = {
  readonly list: Question & {
    /** Undefined when the body is no list of models. */
    read(body: unknown): readonly HeldModel[] | undefined;
  };
  /** Asked with POST. */
  readonly pull: Question & { body(model: string): JsonObject; read(line: JsonObject): PullStep };
  /** Asked with DELETE. */
  readonly remove: Question & { body(model: string): JsonObject };
};

/** Money left at the vendor. */
export type Balance = {
  /** Decimal, such as `12.5`; may be negative. */
  readonly amount: string;
  /** ISO 4217, or the vendor's own unit (`points`). */
  readonly currency: string;
};

export type BalanceQuery = Question & {
  /** GET by default. */
  readonly method?: 'POST';
  /** How the question carries the key, where that is another way than that of calls. */
  readonly auth?: KeyAuth;
  /** One for each currency; undefined when the body tells none. `baseUrl` tells regions with currencies of their own apart. */
  read(body: unknown, baseUrl: string): readonly Balance[] | undefined;
};

/** What a model, or another thing on an invoice, cost on a day. */
export type DayCost = {
  /** ms of the day's start in UTC. */
  readonly day: number;
  readonly model: string;
  /** Decimal of US dollars, an exponent allowed. */
  readonly usd: string;
};

/** How a vendor tells what it charges an organisation, to a key that may know that. */
export type CostReport = {
  readonly source: string;
  /** Which key it takes, in words for administrators. */
  readonly keyHelp: string;
  headers(key: string): Readonly<Record<string, string>>;
  /** The URL of a page of the days from `from` up to and without `to` (ms, starts of days in UTC); `next` is of the page before it. */
  page(range: { readonly from: number; readonly to: number }, next: string | undefined): string;
  /** Undefined when the body is no report. One model may have several costs of a day. */
  read(body: unknown): { readonly costs: readonly DayCost[]; readonly next: string | undefined } | undefined;
};
