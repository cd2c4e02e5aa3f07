import type { ServedAs } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { UsedRequest } from '../../domain/quote.ts';
import type { Price } from '../../domain/price.ts';
import type { EndReason } from '../../domain/record.ts';

/** How a request ended, as far as the client's answer goes. */
export type Ending = {
  readonly status: number;
  readonly endReason: EndReason;
  /** Code of contract/errors.ts; empty when the answer was no error. */
  readonly errorCode: string;
  /** Some output (text, tool call, reasoning …) came from the upstream. Without it nothing is charged. */
  readonly served: boolean;
  /** As the provider reported it; undefined when it did not. */
  readonly usage: Usage | undefined;
  /** Of several requests that are charged together, what each has used; `usage` is their sum. */
  readonly requests?: readonly UsedRequest[] | undefined;
  /** How the answer says that it was served; it is charged accordingly. */
  readonly servedAs?: ServedAs | undefined;
  /** Output tokens counted by us that came after `usage` was reported, of an answer that broke off before its end. */
  readonly unreported?: number;
  /** Output tokens counted by us, used only when nothing was reported. */
  readonly outputEstimate: number;
  /** All that it is taken for then, where tokens of text are not what it is. */
  readonly estimate?: Usage | undefined;
  /** What alone is charged by, in place of the model's price for an answer: a fee, which nothing covers that was bought by the request or the token. */
  readonly price?: Price | undefined;
  /** What it reported cannot be. */
  readonly doubtful?: boolean | undefined;
};
