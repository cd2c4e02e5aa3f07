import type { TimePart } from './program.ts';

/** Parts of a moment by the clocks of a place; a place is named as IANA does (`Asia/Shanghai`, `UTC`). */

const minuteMs = 60_000;

/** Whether there is such a place. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Reads one part: hours and minutes from 0, Sunday is 0, days and months from 1. */
export function timePart(part: TimePart, zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    day: 'numeric',
    month: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  let known = { minute: Number.NaN, value: 0 };
  return (at) => {
    // The requests of a minute share an answer: asking the calendar costs more than all the rest of an expression.
    const minute = Math.floor(at / minuteMs);
    if (known.minute !== minute) known = { minute, value: read(format, part, minute * minuteMs) };
    return known.value;
  };
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function read(format: Intl.DateTimeFormat, part: TimePart, at: number): number {
  const text = format.formatToParts(at).find(({ type }) => type === part)?.value ?? '';
  return part === 'weekday' ? weekdays.indexOf(text) : Number(text);
}
