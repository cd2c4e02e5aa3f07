import { parseDate, type CalendarDate } from '@internationalized/date';
import { CalendarRange, ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import {
  Button as AriaButton,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Heading,
  RangeCalendar,
} from 'react-aria-components';
import { calendarDay, momentRange } from '../../lib/format.ts';
import { daysOf, isPreset, momentsOf, presets } from '../../lib/range.ts';
import { Button } from './button.tsx';
import { Popover } from './popover.tsx';
import { useUiWords } from './words.ts';

type RangePickerProps = {
  readonly label: string;
  /** As the address has it; `readRange` of lib/range.ts makes moments of it. */
  readonly value: string;
  readonly onChange: (value: string) => void;
};

const step =
  'grid size-7 cursor-pointer place-items-center rounded-md text-muted hover:bg-hover hover:text-ink disabled:opacity-40 pointer-coarse:size-10';
const dayClass =
  'grid size-8 cursor-pointer place-items-center rounded-md text-small outline-none hover:bg-hover outside-month:invisible selected:rounded-none selected:bg-accent-wash selection-start:rounded-s-md selection-start:bg-accent selection-start:text-accent-ink selection-end:rounded-e-md selection-end:bg-accent selection-end:text-accent-ink focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent disabled:text-muted disabled:opacity-50 pointer-coarse:size-10';

/** A stretch of time: the usual ones with one press, any days from the calendar. */
export function RangePicker({ label, value, onChange }: RangePickerProps) {
  const t = useUiWords();
  const given = daysOf(value);
  const moments = momentsOf(value);
  const words = isPreset(value)
    ? t(`range.${value}`)
    : given !== undefined
      ? `${calendarDay(Date.parse(`${given.start}T12:00:00`))} – ${calendarDay(Date.parse(`${given.end}T12:00:00`))}`
      : moments === undefined
        ? t('range.choose')
        : momentRange(moments.from, moments.to);
  return (
    <Popover
      label={label}
      className="flex w-auto flex-wrap gap-3 p-3"
      trigger={
        <Button icon={CalendarRange} aria-label={`${words}, ${label}`}>
          {words}
        </Button>
      }
    >
      {(close) => (
        <>
          <div className="flex flex-col gap-px max-sm:w-full">
            {presets.map((preset) => (
              <Button
                key={preset}
                look="quiet"
                className={`justify-start! ${preset === value ? 'bg-selected text-ink' : ''}`}
                {...(preset === value && { 'aria-current': 'true' as const })}
                onPress={() => {
                  onChange(preset);
                  close();
                }}
              >
                {t(`range.${preset}`)}
              </Button>
            ))}
          </div>
          <Days
            value={given}
            onChange={(next) => {
              onChange(next);
              close();
            }}
          />
        </>
      )}
    </Popover>
  );
}

type DaysProps = {
  readonly value: { readonly start: string; readonly end: string } | undefined;
  readonly onChange: (value: string) => void;
};

function parsed(value: DaysProps['value']): { start: CalendarDate; end: CalendarDate } | null {
  try {
    return value === undefined ? null : { start: parseDate(value.start), end: parseDate(value.end) };
  } catch {
    return null;
  }
}

function Days({ value, onChange }: DaysProps) {
  const t = useUiWords();
  const [initial] = useState(() => parsed(value));
  return (
    <RangeCalendar
      aria-label={t('range.days')}
      {...(initial !== null && { defaultValue: initial })}
      onChange={({ start, end }) => onChange(`${start.toString()}..${end.toString()}`)}
    >
      <header className="flex items-center justify-between pb-2">
        <AriaButton slot="previous" className={step}>
          <ChevronLeft aria-hidden className="size-4 rtl:-scale-x-100" />
        </AriaButton>
        <Heading className="text-small font-semibold" />
        <AriaButton slot="next" className={step}>
          <ChevronRight aria-hidden className="size-4 rtl:-scale-x-100" />
        </AriaButton>
      </header>
      <CalendarGrid>
        <CalendarGridHeader>
          {(day) => <CalendarHeaderCell className="size-8 text-xs font-normal text-muted">{day}</CalendarHeaderCell>}
        </CalendarGridHeader>
        <CalendarGridBody>{(date) => <CalendarCell date={date} className={dayClass} />}</CalendarGridBody>
      </CalendarGrid>
    </RangeCalendar>
  );
}
