import type { Extensions, Part } from './part.ts';
import type { ServedAs } from './served-as.ts';
import type { Usage } from './usage.ts';

/**
 * Why an answer ended. `pause`: the provider's own tools need another turn; `context-length`: the window is full;
 * `malformed`: the model wrote a tool call that cannot be read; `error`: the upstream broke it off.
 */
export const finishReasons = [
  'stop',
  'stop-sequence',
  'length',
  'context-length',
  'tool-calls',
  'content-filter',
  'refusal',
  'pause',
  'malformed',
  'error',
  'other',
] as const;
export type FinishReason = (typeof finishReasons)[number];

export type Finish = {
  readonly reason: FinishReason;
  /** The protocol's own word. */
  readonly raw?: string | undefined;
  /** The stop sequence that was met. */
  readonly sequence?: string | undefined;
  /** Why it was refused or filtered, in words. */
  readonly detail?: string | undefined;
};

/** One of the answers. `parts` are in the order in which they began. */
export type IrChoice = {
  readonly index: number;
  readonly parts: readonly Part[];
  /** Undefined when the answer broke off before saying why. */
  readonly finish?: Finish | undefined;
};

export type IrResponse = {
  /** The upstream's id; clients get one of the gateway's (`WriteContext.requestId`). */
  readonly id: string;
  /** The model as the upstream names it; clients read the name they asked for (`WriteContext.model`). */
  readonly model: string;
  /** Unix seconds. */
  readonly created?: number | undefined;
  /** By index, without gaps of meaning: an empty list is an empty answer. */
  readonly choices: readonly IrChoice[];
  readonly usage?: Usage | undefined;
  /** What prices may depend on, for the gateway's bill; `serviceTier` is the provider's own word, for the client. */
  readonly servedAs?: ServedAs | undefined;
  readonly serviceTier?: string | undefined;
  readonly extensions?: Extensions | undefined;
};
