import { nanos, zeroNanos, type Nanos } from '../../domain/money.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { ChangeRefusal, Hold } from '../../services/ledger/types.ts';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import { amountFor, mostOf, refusalOfHold } from '../plan/hold.ts';
import type { Candidate, Planned } from '../request-context.ts';
import type { SocketProbe } from '../socket-exchange.ts';
import { costSoFar, settleAnswer } from '../settle/settle.ts';

/** Keeps what is held of a session ahead of what it uses, and charges each of its answers once it is whole. */
export type Spending = {
  /** Charges an answer that is whole. What completes it waits (`wait`) until that is written down. */
  charge(wait: () => () => void): void;
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
  if (!hold || !price) return { charge: () => undefined, cover: () => undefined };
  let held = amountFor(endpoint, context);
  let usage: SocketProbe['usage'];
  let step: SocketProbe['step'] | undefined;
  let answers = 0;
  let answer: Begun | undefined;

  /** When the answer under way began, and its first output came. */
  const watch = (): void => {
    if (!answer && (probe.busy || probe.meaningful)) answer = begun(deps);
    if (answer?.firstByteMs === 0 && probe.meaningful) answer.firstByteMs = deps.clock.elapsed();
  };
  const charge: Spending['charge'] = (wait) => {
    watch();
    if (probe.whole !== true) return;
    answers++;
    const id = `${context.call.id}_${answers}`;
    const cost = settleAnswer(deps, context, { ...(answer ?? begun(deps)), id }, seenBy(probe), wait());
    held = cost > held ? zeroNanos : nanos(held - cost);
    probe.charged?.();
    answer = undefined;
    // There is less left for the next one.
    step = undefined;
  };

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
    charge,
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

type Begun = { readonly at: number; readonly startedMs: number; firstByteMs: number };

const begun = ({ clock }: RelayDeps): Begun => ({ at: clock.now(), startedMs: clock.elapsed(), firstByteMs: 0 });

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
