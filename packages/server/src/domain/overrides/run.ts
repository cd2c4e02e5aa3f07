import type { OverrideCondition, OverrideOperation } from '@tollgate/contract/api/overrides';
import type { Json, JsonObject } from '@tollgate/wire/protocol';

export type Condition = Omit<OverrideCondition, 'value'> & { readonly value: Json };

export type Operation = Omit<OverrideOperation, 'value' | 'conditions'> & {
  readonly value?: Json | undefined;
  readonly conditions?: readonly Condition[] | Readonly<Record<string, Json>> | undefined;
};

/** A channel's edits as they are kept: headers by name in lower case, places of the body by dotted path. */
export type Overrides = {
  readonly headers: {
    readonly set: Readonly<Record<string, string>>;
    readonly remove: readonly string[];
    /** The client's headers that are passed on: names and patterns. */
    readonly pass: readonly string[];
  };
  readonly body: {
    readonly set: Readonly<Record<string, Json>>;
    readonly remove: readonly string[];
    readonly operations: readonly Operation[];
  };
};

/** What is known of a request besides its body, for conditions and for the values of headers. */
export type OverrideScope = {
  /** The name that the client asked for, and the one that goes upstream. */
  readonly originalModel: string;
  readonly upstreamModel: string;
  readonly requestPath: string;
  /** A header of the client's, by its name in lower case. */
  clientHeader(name: string): string | undefined;
  /** Names of all of them, in lower case. */
  clientHeaders(): Iterable<string>;
  /** How many candidates were tried before this one. */
  readonly retryIndex: number;
  /** How the last of them failed. */
  readonly lastError: LastError | undefined;
  readonly isChannelTest: boolean;
  /** The key of the account that is asked. */
  readonly apiKey: string;
};

export type LastError = {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly message: string;
};

/** An answer of the channel's own, without asking upstream. */
export type ReturnedError = {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly message: string;
  /** Nobody else is asked either. */
  readonly final: boolean;
};

/** Headers by name in lower case; undefined takes one away. */
export type HeaderEdits = ReadonlyMap<string, string | undefined>;

/** A request while the steps of an override go over it. */
export type Run = {
  json: JsonObject;
  readonly headers: Map<string, string | undefined>;
  readonly scope: OverrideScope;
  returned: ReturnedError | undefined;
};

export type Step = (run: Run) => void;
