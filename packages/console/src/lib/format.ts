import { language } from './i18n.ts';
import { isolated } from './isolated.ts';

/** Moments and durations as they are shown, in the language in force and the reader's time zone. */

const formats = new Map<string, unknown>();

/** Making a formatter costs far more than using it. */
function kept<Format>(key: string, make: (language: string) => Format): Format {
  const tag = language();
  const at = `${tag} ${key}`;
  const found = formats.get(at) as Format | undefined;
  if (found !== undefined) return found;
  const made = make(tag);
  formats.set(at, made);
  return made;
}

const dateFormat = (key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept(key, (tag) => new Intl.DateTimeFormat(tag, options));

const clock = (): Intl.DateTimeFormat =>
  dateFormat('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** `14:03:22` today, `Nov 21, 14:03:22` before. */
export function shortMoment(ms: number, now: number): string {
  const then = new Date(ms);
  const time = clock().format(then);
  if (then.toDateString() === new Date(now).toDateString()) return time;
  return `${dateFormat('day', { month: 'short', day: 'numeric' }).format(then)}, ${time}`;
}

export const calendarDay = (ms: number): string => dateFormat('date', { dateStyle: 'medium' }).format(ms);
/** A month written as `2026-11`: `November 2026`. */
export const monthName = (month: string): string =>
  dateFormat('month', { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(Date.parse(`${month}-01T00:00:00Z`));
export const fullMoment = (ms: number): string =>
  dateFormat('full', { dateStyle: 'full', timeStyle: 'long' }).format(ms);

const steps = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** Things one after the other, as the language lists them: `A, B, C`, `A、B和C`. */
export const listed = (things: readonly string[]): string =>
  kept('list', (tag) => new Intl.ListFormat(tag, { type: 'conjunction', style: 'narrow' })).format(things);

/** How long ago or ahead: `5 min. ago`, `in 3 days`. @public */
export function relativeMoment(ms: number, now: number): string {
  const gap = ms - now;
  const [unit, size] = steps.find(([, step]) => Math.abs(gap) >= step) ?? ['second', 1000];
  const format = kept('relative', (tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' }));
  return format.format(Math.trunc(gap / size), unit);
}

/** `842 ms`, `3.24 s`, `1 m 12 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return isolated(`${Math.round(ms)} ms`);
  if (ms < 60_000) return isolated(`${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`);
  return isolated(`${Math.floor(ms / 60_000)} m ${Math.floor((ms % 60_000) / 1000)} s`);
}

const inUnit = (value: number, unit: 'day' | 'hour' | 'minute'): string =>
  kept(unit, (tag) => new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short' })).format(value);

/** How long something has lasted, in its two largest units: `3 days 4 hr`, `12 min`, `< 1 min`. */
export function age(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `< ${inUnit(1, 'minute')}`;
  if (minutes < 60) return inUnit(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  const [large, small] =
    hours < 24
      ? [inUnit(hours, 'hour'), minutes % 60 === 0 ? '' : inUnit(minutes % 60, 'minute')]
      : [inUnit(Math.floor(hours / 24), 'day'), hours % 24 === 0 ? '' : inUnit(hours % 24, 'hour')];
  return small === '' ? large : `${large} ${small}`;
}

/** A whole number with the separators of the language. */
export const count = (value: number): string => kept('count', (tag) => new Intl.NumberFormat(tag)).format(value);

/** A number in few characters: `1.2K`, `3.4M`. @public */
export const shortCount = (value: number): string =>
  kept('short', (tag) => new Intl.NumberFormat(tag, { notation: 'compact', maximumFractionDigits: 1 })).format(value);

/** A size: `12 kB`, `3.4 MB`, `5.2 GB`. */
export function bytes(value: number): string {
  const [unit, size] =
    value < 1000
      ? (['byte', 1] as const)
      : value < 1_000_000
        ? (['kilobyte', 1000] as const)
        : value < 1_000_000_000
          ? (['megabyte', 1_000_000] as const)
          : (['gigabyte', 1_000_000_000] as const);
  return kept(
    unit,
    (tag) => new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }),
  ).format(value / size);
}

/** A share from 0 to 1 as a percentage: `99.4 %`. @public */
export const percent = (share: number): string =>
  kept('percent', (tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 })).format(share);

/** A day and its minute, and the minute alone for what ends on the same day: `Nov 21, 14:00 – 15:30`. */
export function momentRange(from: number, to: number): string {
  return dateFormat('range', {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatRange(from, to);
}

/** A duration of which every tenth of a millisecond counts: `0.4 ms`, then as {@link duration}. */
export const fineDuration = (ms: number): string =>
  ms < 10 ? isolated(`${Math.round(ms * 10) / 10} ms`) : duration(ms);

/** A day in few characters: `Nov 21`. */
export const shortDay = (ms: number): string => dateFormat('day', { month: 'short', day: 'numeric' }).format(ms);

/** An hour of a day: `Nov 21, 14:00`. */
export const dayAndHour = (ms: number): string => `${shortDay(ms)}, ${hourOfDay(ms)}`;

/** The time of a day to the minute: `14:00`. */
export const hourOfDay = (ms: number): string =>
  dateFormat('hour', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
