import { shorten } from '@tollgate/wire/text';
import { Refusal } from '../../domain/refusal.ts';

type Rest = {
  readonly model: string;
  /** When the first of them may be used again, on the monotonic clock. */
  readonly until: number;
  /** By the upstreams' own words, all of them: before that there is nobody to ask, not even as the last resort. */
  readonly stated: boolean;
  readonly now: number;
};

/** Everything that could serve a request rests for a while. */
export class AllResting extends Refusal {
  readonly rest: Rest;

  constructor(rest: Rest) {
    const { model, until, stated, now } = rest;
    const words = stated
      ? `Every upstream of the model "${shorten(model)}" asked for a pause, by a limit or because it is too busy. Try again later.`
      : `No channel for the model "${shorten(model)}" is available at the moment.`;
    super(stated ? 'upstream_rate_limited' : 'no_channel', words, { retryAfterMs: until - now });
    this.rest = rest;
  }

  /** Both as one, of which all rest. */
  and({ rest }: AllResting): AllResting {
    const { until, stated } = this.rest;
    return new AllResting({ ...rest, until: Math.min(until, rest.until), stated: stated && rest.stated });
  }
}
