import { errors, type ErrorCode } from '@tollgate/contract/errors';

/**
 * A request the gateway will not serve, thrown anywhere before the answer has begun and caught in one place
 * (relay.ts). Not a bug: bugs are any other throw and become `internal_error`.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  /** Seconds for `Retry-After`; undefined for none. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly param?: string | null;
      readonly retryAfterMs?: number;
      readonly status?: number;
      readonly type?: string;
    } = {},
  ) {
    super(message);
    this.code = code;
    this.status = options.status ?? errors[code].status;
    this.type = options.type ?? errors[code].type;
    this.param = options.param ?? null;
    this.retryAfterSeconds =
      options.retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(options.retryAfterMs / 1000));
  }
}
