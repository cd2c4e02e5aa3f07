import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export type StatusTone = 'good' | 'warn' | 'danger' | 'off' | 'plain';

/**
 * The outlines of lucide's icons, each as one path: a log draws hundreds of them a second, and an icon of the library is up to nine
 * elements with eleven attributes.
 */
const circle = 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0';
const shapes: Readonly<Record<StatusTone, string>> = {
  good: `${circle}M16 9l-5.5 5.5L8 12`,
  warn: 'M21.73 18l-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01',
  danger: `${circle}M12 8v4M12 16h.01`,
  off: `${circle}M9 15l6-6`,
  plain:
    'M10.1 2.182a10 10 0 0 1 3.8 0M13.9 21.818a10 10 0 0 1-3.8 0M17.609 3.721a10 10 0 0 1 2.69 2.7M2.182 13.9a10 10 0 0 1 0-3.8M20.279 17.609a10 10 0 0 1-2.7 2.69M21.818 10.1a10 10 0 0 1 0 3.8M3.721 6.391a10 10 0 0 1 2.7-2.69M6.391 20.279a10 10 0 0 1-2.69-2.7',
};
const inks: Readonly<Record<StatusTone, string>> = {
  good: 'text-good',
  warn: 'text-warn',
  danger: 'text-danger',
  off: 'text-muted',
  plain: 'text-muted',
};

type StatusProps = { readonly tone: StatusTone; readonly icon?: LucideIcon; readonly children: ReactNode };

/** A state: a shape, a word and a colour that say the same. */
export function Status({ tone, icon: Icon, children }: StatusProps) {
  return (
    <span className={`inline-flex max-w-full items-center gap-1.5 align-middle ${inks[tone]}`}>
      {Icon === undefined ? <Shape tone={tone} /> : <Icon aria-hidden className="size-3.5 shrink-0" />}
      <span className="min-w-0 overflow-hidden text-ellipsis">{children}</span>
    </span>
  );
}

const Shape = ({ tone }: { readonly tone: StatusTone }) => (
  <svg
    aria-hidden
    viewBox="0 0 24 24"
    className="size-3.5 shrink-0 fill-none stroke-current stroke-2 [stroke-linecap:round] [stroke-linejoin:round]"
  >
    <path d={shapes[tone]} />
  </svg>
);

const washes: Readonly<Record<StatusTone | 'accent', string>> = {
  good: 'bg-good-wash text-good',
  warn: 'bg-warn-wash text-warn',
  danger: 'bg-danger-wash text-danger',
  off: 'bg-sunken text-muted',
  plain: 'bg-sunken text-muted',
  accent: 'bg-accent-wash text-accent',
};

/** A word that sorts things: a tag, a kind, a count. */
export const Badge = ({
  tone = 'plain',
  children,
}: {
  readonly tone?: StatusTone | 'accent';
  readonly children: ReactNode;
}) => (
  <span
    className={`inline-flex items-center rounded-sm align-middle px-1.5 py-px text-xs font-medium whitespace-nowrap ${washes[tone]}`}
  >
    {children}
  </span>
);
