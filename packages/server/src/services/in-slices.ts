import type { Work } from '../domain/work.ts';
import { nextTurn } from '../store/pages.ts';

/** A stream that stands still for 5 ms would be noticed; other work of the same turn needs room too. */
const sliceMs = 1.5;

/** Does the work to its end, and lets the event loop turn whenever it has taken a slice of time. The first slice is done at once. */
export async function inSlices<T>(work: Work<T>): Promise<T> {
  let until = performance.now() + sliceMs;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + sliceMs;
  }
}
