import type { LucideIcon } from 'lucide-react';
import { useId } from 'react';

type Segment<Value extends string> = { readonly value: Value; readonly label: string; readonly icon?: LucideIcon };

type SegmentedProps<Value extends string> = {
  /** What is chosen here, for screen readers. */
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** Icons alone; the labels are said and shown on hover. */
  readonly iconsOnly?: boolean;
};

/** One of a few: radio buttons in a row, with their keyboard. */
export function Segmented<Value extends string>({
  label,
  segments,
  value,
  onChange,
  iconsOnly = false,
}: SegmentedProps<Value>) {
  const name = useId();
  return (
    <fieldset className="inline-flex max-w-full min-w-0 overflow-x-auto rounded-md border border-line bg-sunken p-0.5">
      <legend className="sr-only">{label}</legend>
      {segments.map(({ value: own, label: words, icon: Icon }) => (
        <label
          key={own}
          title={iconsOnly ? words : undefined}
          className="relative flex min-h-6.5 cursor-pointer items-center gap-1.5 rounded-[4px] px-2 text-small text-muted hover:text-ink has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-checked:shadow-xs has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent pointer-coarse:min-h-9"
        >
          <input type="radio" name={name} className="sr-only" checked={own === value} onChange={() => onChange(own)} />
          {Icon !== undefined && <Icon aria-hidden className="size-3.5" />}
          <span className={iconsOnly ? 'sr-only' : 'whitespace-nowrap'}>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
