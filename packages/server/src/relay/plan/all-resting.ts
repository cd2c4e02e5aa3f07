import { Refusal } from '../../domain/refusal.ts';

/** Everything that could serve a request rests for a while. */
export class AllResting extends Refusal {
  /** When the first of them may be used again, on the monotonic clock. */
  readonly until: number;
  /** By the upstreams' own words, all of them: before that there is nobody to ask, not even as the last resort. */
  readonly stated: boolean;

  constructor(
    model: string,
    { until, stated, now }: { readonly until: number; readonly stated: boolean; readonly now: number },
  ) {
    const words = stated
      ? `Every upstream of the model "${model}" has reached its limit. Try again later.`
      : `No channel for the model "${model}" is available at the moment.`;
    super(stated ? 'upstream_rate_limited' : 'no_channel', words, { retryAfterMs: until - now });
    this.until = until;
    this.stated = stated;
  }
}
