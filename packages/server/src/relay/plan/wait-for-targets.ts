import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Inspected } from '../request-context.ts';
import { AllResting } from './all-resting.ts';
import { findCandidates, type Routing } from './candidates.ts';

/** Waits end within so much of each other, so that not all who waited ask at the same moment. */
const spreadMs = 50;

/**
 * The candidates of a request; where all of them rest for a moment, it waits for the first to come back rather than refuse:
 * no longer than the settings say, not for a client that has left, and not in a crowd. Where that does not help, those are asked
 * that rest by the gateway's own guess: to refuse would be to fail for certain.
 */
export function candidatesSoon(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
): Routing | Promise<Routing> {
  try {
    return findCandidates(deps, endpoint, context, state);
  } catch (thrown) {
    if (!(thrown instanceof AllResting)) throw thrown;
    const { waitForTargetsMs, maxWaiting } = context.snapshot.settings.relay;
    const deadline = deps.clock.elapsed() + waitForTargetsMs;
    if (thrown.rest.until <= deadline && deps.load.waiting < maxWaiting)
      return waitFor(deps, endpoint, context, state, thrown, deadline);
    return lastResort(deps, endpoint, context, state, thrown);
  }
}

function lastResort(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
  resting: AllResting,
): Routing {
  if (resting.rest.stated || deps.load.shuttingDown) throw resting;
  return findCandidates(deps, endpoint, context, state, true);
}

async function waitFor(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
  first: AllResting,
  deadline: number,
): Promise<Routing> {
  const { load, clock } = deps;
  let resting = first;
  const fromMs = clock.elapsed();
  load.waiting++;
  try {
    for (;;) {
      if (resting.rest.until > deadline || load.shuttingDown)
        return lastResort(deps, endpoint, context, state, resting);
      await sleep(resting.rest.until - clock.elapsed() + deps.random() * spreadMs, context.call.request.signal);
      // What is said to somebody who has left is heard by nobody; the walk would end there.
      if (context.call.request.signal.aborted) throw resting;
      try {
        return findCandidates(deps, endpoint, context, state);
      } catch (thrown) {
        if (!(thrown instanceof AllResting)) throw thrown;
        resting = thrown;
      }
    }
  } finally {
    load.waiting--;
    context.waitedMs += clock.elapsed() - fromMs;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(1, ms));
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
