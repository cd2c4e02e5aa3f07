import { useId } from 'react';
import { Icon, type IconName } from './icon.tsx';

type Segment<Value extends string> = { readonly value: Value; readonly label: string; readonly icon?: IconName };

type SegmentsProps<Value extends string> = {
  /** What is chosen here, for screen readers. */
  readonly legend: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
};

/** One of a few: radio buttons in a row, with their keyboard. */
export function Segments<Value extends string>({ legend, segments, value, onChange }: SegmentsProps<Value>) {
  const name = useId();
  return (
    <fieldset className="inline-flex rounded-[var(--radius)] border border-line bg-sunken p-0.5">
      <legend className="sr-only">{legend}</legend>
      {segments.map((segment) => (
        <label
          key={segment.value}
          className="relative flex min-h-7 cursor-pointer items-center gap-1.5 rounded-[4px] px-2 text-[0.8125rem] text-muted hover:text-ink has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-checked:shadow-xs has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={segment.value === value}
            onChange={() => onChange(segment.value)}
          />
          {segment.icon !== undefined && <Icon name={segment.icon} className="size-3.5" />}
          {segment.label}
        </label>
      ))}
    </fieldset>
  );
}
