import type { TailEvent } from '@tollgate/contract/api/requests';
import type { RequestView } from './request-view.ts';

/** Requests that ended since the log was read: what is shown of them, and what waits until the reader comes back. Pure. */
export type Tail = {
  /** Latest first. */
  readonly shown: readonly RequestView[];
  /** Latest first. */
  readonly waiting: readonly RequestView[];
  /** How many wait, of which the oldest may not be kept. */
  readonly waitingCount: number;
  /** Something is missing between these and the log: it must be read again. */
  readonly gap: boolean;
};

export const noTail: Tail = { shown: [], waiting: [], waitingCount: 0, gap: false };

/** So many are kept; a log that was watched for longer is read again. */
const most = 2000;

/** Two lists of requests as one, latest first, each request once; what `fresh` says of one counts. */
export function merged(fresh: readonly RequestView[], known: readonly RequestView[]): readonly RequestView[] {
  if (fresh.length === 0) return known;
  const all: RequestView[] = [];
  let [one, other] = [0, 0];
  for (;;) {
    const [a, b] = [fresh[one], known[other]];
    if (a === undefined) return [...all, ...known.slice(other)];
    if (b === undefined) return [...all, ...fresh.slice(one)];
    // Ids begin with their time.
    if (a.id === b.id) other++;
    else if (a.id > b.id) one++;
    else other++;
    if (a.id !== b.id) all.push(a.id > b.id ? a : b);
  }
}

/** Takes in what has ended; `held` is a reader who must not be disturbed. */
export function arrived(tail: Tail, { requests, missed }: TailEvent, held: boolean): Tail {
  const latest = requests.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const gap = tail.gap || missed > 0;
  if (!held) {
    const shown = merged(latest, tail.shown);
    return { ...tail, shown: shown.slice(0, most), gap: gap || shown.length > most };
  }
  const waiting = merged(latest, tail.waiting);
  return {
    ...tail,
    waiting: waiting.slice(0, most),
    waitingCount: tail.waitingCount + requests.length + missed,
    gap: gap || waiting.length > most,
  };
}

/** The reader is back: what has waited is shown. */
export const released = (tail: Tail): Tail =>
  tail.waitingCount === 0
    ? tail
    : { shown: merged(tail.waiting, tail.shown).slice(0, most), waiting: [], waitingCount: 0, gap: tail.gap };
