import { nextStretch, startOfStretch } from './calendar.ts';

/** How long a meter counts before the next one takes over: for ever, or by the calendar in UTC. Weeks begin on Monday. */
export type Period = 'ever' | 'day' | 'week' | 'month';

/** One stretch of a period: its name (`2026-11-03`, `2026-W45`, `2026-11`), its first moment and that of the next one, in ms. */
export type Stretch = { readonly name: string; readonly startsAt: number; readonly endsAt: number };

const dayMs = 86_400_000;

/** The day, week or month that `at` (ms since the epoch) falls into, by the clock of a time zone (IANA). */
export function stretchOf(period: Exclude<Period, 'ever'>, at: number, timeZone = 'UTC'): Stretch {
  if (timeZone === 'UTC') return stretchInUtc(period, at);
  const startsAt = startOfStretch(at, period, timeZone);
  // Named as the day is there: noon of its first day is that day everywhere.
  const local = Temporal.Instant.fromEpochMilliseconds(startsAt).toZonedDateTimeISO(timeZone).toPlainDate().toString();
  const { name } = stretchInUtc(period, Date.parse(`${local}T12:00Z`));
  return { name, startsAt, endsAt: nextStretch(at, period, timeZone) };
}

function stretchInUtc(period: Exclude<Period, 'ever'>, at: number): Stretch {
  const day = Math.floor(at / dayMs) * dayMs;
  switch (period) {
    case 'day':
      return { name: dayName(day), startsAt: day, endsAt: day + dayMs };
    case 'week': {
      const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * dayMs;
      return { name: weekName(monday), startsAt: monday, endsAt: monday + 7 * dayMs };
    }
    case 'month': {
      const date = new Date(day);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { name: dayName(day).slice(0, 7), startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
    }
  }
}

const dayName = (day: number): string => new Date(day).toISOString().slice(0, 10);

/** ISO 8601: a week belongs to the year that its Thursday falls into. */
function weekName(monday: number): string {
  const year = new Date(monday + 3 * dayMs).getUTCFullYear();
  // The fourth of January is always in the first week.
  const number = Math.floor((monday + 6 * dayMs - Date.UTC(year, 0, 4)) / (7 * dayMs)) + 1;
  return `${year}-W${`${number}`.padStart(2, '0')}`;
}
