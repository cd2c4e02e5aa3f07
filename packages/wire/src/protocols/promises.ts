import type { IrEvent } from '../ir/event.ts';

/**
 * The first promise of `IrEvent` that a list of events breaks, in words; undefined when it keeps them all. With `whole`
 * false the list may stop anywhere.
 */
export function breachOf(events: readonly IrEvent[], whole = true): string | undefined {
  const open = new Map<number, { readonly choice: number; readonly call: boolean }>();
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
      for (const { choice } of open.values()) if (choice === event.choice) return 'a part is open at the finish';
      continue;
    }
    if (finished.size > 0) return `${event.type} behind a finish`;
    if (!('part' in event)) continue;
    if ('choice' in event) {
      if (event.part !== parts++) return `part ${event.part} started out of turn`;
      const call = event.type === 'tool-call-start';
      for (const other of open.values()) {
        if (other.choice === event.choice && !(other.call && call)) return `${event.type} while another part is open`;
      }
      if (event.type !== 'part') open.set(event.part, { choice: event.choice, call });
      continue;
    }
    if (!open.has(event.part)) return `${event.type} of a part that is not open`;
    if (event.type.endsWith('-end')) open.delete(event.part);
  }
  if (!whole || over || finished.size === 0) return undefined;
  return 'finished without an end';
}
