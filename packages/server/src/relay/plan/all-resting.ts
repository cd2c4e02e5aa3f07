import { Refusal } from '../../domain/refusal.ts';

/** Everything that could serve a request rests for a while. */
export class AllResting extends Refusal {
  /** When the first of them may be used again, on the monotonic clock. */
  readonly until: number;

  constructor(message: string, until: number, nowMs: number) {
    super('no_channel', message, { retryAfterMs: until - nowMs });
    this.until = until;
  }
}
