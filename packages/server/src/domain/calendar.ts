/** Moments as people count them, in a time zone of their own. All moments are ms since the epoch. */

export type CalendarUnit = 'day' | 'week' | 'month' | 'year';

/** Whether a text names a time zone (IANA). */
export function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const zoned = (at: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

/**
 * The moment `count` units after another, at the same hour of the clock there. It is counted from the first moment each time,
 * never from the last one: a month after 31 January is the last of February, and two months after it is 31 March again. An hour
 * that a clock skips is the one after it; of one that it shows twice it is the first.
 */
export function addCalendar(from: number, unit: CalendarUnit, count: number, timeZone: string): number {
  const duration = { [`${unit}s`]: count };
  return zoned(from, timeZone).add(duration, { overflow: 'constrain' }).epochMilliseconds;
}

/** The first moment of the day, the week (Monday) or the month there that `at` falls into. */
export function startOfStretch(at: number, unit: 'day' | 'week' | 'month', timeZone: string): number {
  const day = zoned(at, timeZone).startOfDay();
  if (unit === 'day') return day.epochMilliseconds;
  const back = unit === 'week' ? day.dayOfWeek - 1 : day.day - 1;
  return day.subtract({ days: back }).startOfDay().epochMilliseconds;
}

/** The first moment of the next one. */
export function nextStretch(at: number, unit: 'day' | 'week' | 'month', timeZone: string): number {
  const first = zoned(startOfStretch(at, unit, timeZone), timeZone);
  return first.add({ [`${unit}s`]: 1 }).startOfDay().epochMilliseconds;
}

/** The first of the moments `from`, a unit after it, two … that is later than `after`. */
export function nextAnniversary(from: number, unit: CalendarUnit, after: number, timeZone: string): number {
  const { years, months, weeks, days } = zoned(from, timeZone).until(zoned(after, timeZone), { largestUnit: unit });
  let count = Math.max(0, { year: years, month: months, week: weeks, day: days }[unit]);
  for (;;) {
    const at = addCalendar(from, unit, count, timeZone);
    if (at > after) return at;
    count += 1;
  }
}
