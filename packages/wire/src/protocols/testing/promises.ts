import type { IrEvent } from '../../ir/event.ts';

/**
 * The first promise of `IrEvent` that a list of events breaks, in words; undefined when it keeps them all. With `whole`
 * false the list may stop anywhere.
 */
export function breachOf(events: readonly IrEvent[], whole = true): string | undefined {
  const open = new Map<number, { readonly choice: number; readonly call: boolean }>();
  /** How many calls, and how many other parts, of a choice are open. */
  const openIn = new Map<number, { calls: number; others: number }>();
  const finished = new Set<number>();
  let parts = 0;
  let over = false;
  for (const [i, event] of events.entries()) {
    if (over) return `${event.type} behind the end`;
    if ((event.type === 'response-start') !== (i === 0)) return `${event.type} at ${i}`;
    if (event.type === 'response-end' || event.type === 'error') {
      over = true;
      if (event.type === 'response-end' && open.size > 0) return 'a part is open at the end';
      continue;
    }
    if (event.type === 'finish') {
      if (finished.has(event.choice)) return `choice ${event.choice} finished twice`;
      finished.add(event.choice);
      const still = openIn.get(event.choice);
      if (still && still.calls + still.others > 0) return 'a part is open at the finish';
      continue;
    }
    if (finished.size > 0) return `${event.type} behind a finish`;
    if (!('part' in event)) continue;
    if ('choice' in event) {
      if (event.part !== parts++) return `part ${event.part} started out of turn`;
      const call = event.type === 'tool-call-start';
      const beside = openIn.get(event.choice) ?? { calls: 0, others: 0 };
      openIn.set(event.choice, beside);
      if (beside.others > 0 || (beside.calls > 0 && !call)) return `${event.type} while another part is open`;
      if (event.type === 'part') continue;
      open.set(event.part, { choice: event.choice, call });
      if (call) beside.calls++;
      else beside.others++;
      continue;
    }
    const part = open.get(event.part);
    if (!part) return `${event.type} of a part that is not open`;
    if (!event.type.endsWith('-end')) continue;
    open.delete(event.part);
    const beside = openIn.get(part.choice);
    if (!beside) continue;
    if (part.call) beside.calls--;
    else beside.others--;
  }
  if (!whole || over || finished.size === 0) return undefined;
  return 'finished without an end';
}
