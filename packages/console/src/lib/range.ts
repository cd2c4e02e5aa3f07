/**
 * A stretch of time as a page's address has it: `24h` up to now, `2026-11-01..2026-11-07` with both days whole, or
 * `2026-11-01T08:00:00Z..2026-11-01T09:30:00Z`.
 */

export const presets = ['1h', '24h', '7d', '30d', '90d'] as const;
export type Preset = (typeof presets)[number];

const lengths: Readonly<Record<Preset, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
  '90d': 90 * 86_400_000,
};

export const isPreset = (text: string): text is Preset => presets.some((preset) => preset === text);

const days = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;

/** The two days of a range that is no preset. */
export function daysOf(text: string): { readonly start: string; readonly end: string } | undefined {
  const [, start, end] = days.exec(text) ?? [];
  return start === undefined || end === undefined || start > end ? undefined : { start, end };
}

const moments = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)\.\.(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)$/;
const secondOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** A range from one moment (ms) to another, to the second. */
export const rangeBetween = (from: number, to: number): string => `${secondOf(from)}..${secondOf(to)}`;

/** The two moments (ms) of a range that has them; undefined for presets and days. */
export function momentsOf(text: string): { readonly from: number; readonly to: number } | undefined {
  const [, start = '', end = ''] = moments.exec(text) ?? [];
  const [from, to] = [Date.parse(start), Date.parse(end)];
  return from < to ? { from, to } : undefined;
}

/** Both ends in ms, in the reader's time zone; undefined for what is no range. */
export function readRange(text: string, now: number): { readonly from: number; readonly to: number } | undefined {
  if (isPreset(text)) return { from: now - lengths[text], to: now };
  const given = daysOf(text);
  if (given === undefined) return momentsOf(text);
  const from = new Date(`${given.start}T00:00:00`);
  const to = new Date(`${given.end}T00:00:00`);
  // To the end of the last day, which is not 24 hours long where clocks change.
  to.setDate(to.getDate() + 1);
  return Number.isNaN(from.getTime()) || Number.isNaN(to.getTime())
    ? undefined
    : { from: from.getTime(), to: to.getTime() };
}
