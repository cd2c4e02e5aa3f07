import { errors, type ErrorCode } from '@tollgate/contract/errors';
import { shorten } from '@tollgate/wire/text';

/** No sentence of the gateway's is longer, unless what it repeats of its caller's is. */
const longestMessage = 2000;
const longestParam = 200;

/**
 * What the gateway will not do, and why: expected, and answered in words, each caller in their own protocol. Thrown anywhere
 * before an answer has begun and caught in one place on each side (relay.ts, http/middleware/problem.ts). Any other throw
 * is a bug and becomes `internal_error`.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly type: string;
  /** Path of the field at fault, in the request's own spelling. */
  readonly param: string | null;
  /** Status, code and type for the client, where an administrator chose them. */
  readonly said: { readonly status: number; readonly code: string; readonly type: string };
  /** Seconds for `Retry-After`; undefined for none. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly param?: string | null;
      readonly retryAfterMs?: number;
      readonly said?: Refusal['said'];
    } = {},
  ) {
    super(shorten(message, longestMessage));
    const { status, type } = errors[code];
    this.code = code;
    this.status = status;
    this.type = type;
    this.said = options.said ?? { status, code, type };
    this.param = options.param ? shorten(options.param, longestParam) : null;
    this.retryAfterSeconds =
      options.retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(options.retryAfterMs / 1000));
  }
}
