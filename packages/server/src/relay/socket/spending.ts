import { nanos, zeroNanos, type Nanos } from '../../domain/money.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { ChangeRefusal, Hold } from '../../services/ledger/types.ts';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import { amountFor, mostOf, refusalOfHold } from '../plan/hold.ts';
import type { Candidate, Planned } from '../request-context.ts';
import type { SocketProbe } from '../socket-exchange.ts';
import { costSoFar } from '../settle/settle.ts';

/** Keeps what is held of a session ahead of what it uses. */
export type Spending = {
  /**
   * Sets more aside, if what is held does not reach for what was used and one more step. Undefined when it does, a
   * refusal when there is no more; a promise where a lease has to be fetched.
   */
  cover(): Refusal | undefined | Promise<Refusal | undefined>;
};

/** For a session whose hold has been made; what costs nothing needs none. */
export function openSpending(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Planned,
  candidate: Candidate,
  probe: SocketProbe,
): Spending {
  const { hold } = context;
  const { price } = candidate;
  if (!hold || !price) return { cover: () => undefined };
  let held = amountFor(endpoint, context);
  let usage: SocketProbe['usage'];
  let step: SocketProbe['step'] | undefined;

  const extend = (by: Nanos, least: Nanos): Refusal | undefined | Promise<Refusal | undefined> => {
    const extending = deps.ledger.extend(hold, by);
    return extending instanceof Promise ? extending.then((late) => told(late, by, least)) : told(extending, by, least);
  };
  const told = (
    outcome: Hold | ChangeRefusal,
    by: Nanos,
    least: Nanos,
  ): Refusal | undefined | Promise<Refusal | undefined> => {
    if (!('refused' in outcome)) {
      held = nanos(held + by);
      return undefined;
    }
    if (outcome.refused === 'over') throw new Error(`the hold of session ${context.call.id} is over`);
    // The last of the money is not refused for being less than a whole step ahead.
    if (outcome.refused === 'insufficient' && by > least) return extend(least, least);
    return refusalOfHold(outcome);
  };

  return {
    cover() {
      if (probe.usage === usage && probe.step === step) return undefined;
      ({ usage, step } = probe);
      const used = usage ? costSoFar(context, candidate, seenBy(probe)) : zeroNanos;
      const ahead = mostOf(endpoint, context, candidate, price, { ...context.summary, ...step });
      const short = nanos(used + ahead - held);
      return short > 0n ? extend(short > ahead ? short : ahead, short) : undefined;
    },
  };
}

/** What a session would be charged by, as observed so far. */
export const seenBy = ({ meaningful, usage, servedAs, outputEstimate }: SocketProbe) => ({
  status: 101,
  endReason: 'completed' as const,
  errorCode: '',
  served: meaningful,
  usage,
  servedAs,
  outputEstimate,
});
