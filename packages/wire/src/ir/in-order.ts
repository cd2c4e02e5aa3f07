import type { IrEvent } from './event.ts';

/**
 * Lets through one part at a time, for protocols that cannot interleave: what belongs to a later part waits until the
 * open one has ended. Only upstreams that really interleave pay for it.
 */
export function inOrder(): (event: IrEvent) => readonly IrEvent[] {
  let current = -1;
  /** Events of waiting parts, in the order of their starts. */
  const waiting = new Map<number, IrEvent[]>();

  function release(): readonly IrEvent[] {
    const out: IrEvent[] = [];
    for (const [part, events] of waiting) {
      waiting.delete(part);
      for (const event of events) out.push(event);
      const last = events.at(-1);
      if (last && !endsPart(last)) {
        current = part;
        break;
      }
    }
    return out;
  }

  return (event) => {
    if (!('part' in event)) return [event];
    if (current >= 0 && event.part !== current) {
      const held = waiting.get(event.part);
      if (held) held.push(event);
      else waiting.set(event.part, [event]);
      return none;
    }
    if (!endsPart(event)) {
      current = event.part;
      return [event];
    }
    current = -1;
    return waiting.size === 0 ? [event] : [event, ...release()];
  };
}

const none: readonly IrEvent[] = [];

function endsPart(event: IrEvent): boolean {
  return event.type.endsWith('-end') || event.type === 'part';
}
