import { Refusal } from '../refusal.ts';
import type { ReturnedError } from './run.ts';

/** A channel answers by itself, in its administrator's words, instead of asking upstream. */
export class ReturnedRefusal extends Refusal {
  /** Nobody else is asked either. */
  readonly final: boolean;

  constructor({ status, code, type, message, final }: ReturnedError) {
    super('invalid_request', message, { said: { status, code, type } });
    this.final = final;
  }
}
