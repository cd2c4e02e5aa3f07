import { errors, type ErrorCode } from '@tollgate/contract/errors';

/** What the accounts' services refuse to do, and why; expected, and answered in words. Any other throw is a bug. */
export class Refused extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** Path of the field at fault, in the request's own spelling. */
  readonly param: string | null;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly param?: string; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.status = errors[code].status;
    this.param = options.param ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
