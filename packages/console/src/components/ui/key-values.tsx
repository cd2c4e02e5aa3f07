import type { ReactNode } from 'react';

export type KeyValue = {
  readonly term: string;
  /** What nothing is known of is left out: undefined and null. */
  readonly value: ReactNode;
  /** Text of a machine, such as an id: fixed width, and chosen whole with one click. */
  readonly code?: boolean;
};

/** Terms and what is known of them. */
export function KeyValues({
  items,
  className = '',
}: {
  readonly items: readonly KeyValue[];
  readonly className?: string;
}) {
  return (
    <dl className={`grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1 text-small ${className}`}>
      {items.map(({ term, value, code = false }) =>
        value === undefined || value === null || value === '' ? null : (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className={`min-w-0 wrap-anywhere ${code ? 'font-mono text-xs/5 select-all' : ''}`}>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
