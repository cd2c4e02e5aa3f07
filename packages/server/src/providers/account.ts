/**
 * What an account can be asked about itself, beside what clients ask of it: which models it may use, and what money it has
 * left. As data: where, and a pure function that reads the answer.
 */

/** A question put with GET and the account's own authentication. */
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
  /** Undefined when the body is no list of models. */
  read(body: unknown): ModelPage | undefined;
};

/** Money left at the vendor. */
export type Balance = {
  /** Decimal, such as `12.5`; may be negative. */
  readonly amount: string;
  /** ISO 4217, or the vendor's own unit (`points`). */
  readonly currency: string;
};

export type BalanceQuery = Question & {
  /** One for each currency; undefined when the body tells none. `baseUrl` tells regions with currencies of their own apart. */
  read(body: unknown, baseUrl: string): readonly Balance[] | undefined;
};
