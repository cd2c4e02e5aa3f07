import { CircleAlert, CircleCheck, CircleDashed, CircleSlash, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export type StatusTone = 'good' | 'warn' | 'danger' | 'off' | 'plain';

const icons: Readonly<Record<StatusTone, LucideIcon>> = {
  good: CircleCheck,
  warn: TriangleAlert,
  danger: CircleAlert,
  off: CircleSlash,
  plain: CircleDashed,
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
export function Status({ tone, icon, children }: StatusProps) {
  const Icon = icon ?? icons[tone];
  return (
    <span className={`inline-flex max-w-full items-center gap-1.5 align-middle ${inks[tone]}`}>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <span className="min-w-0 overflow-hidden text-ellipsis">{children}</span>
    </span>
  );
}

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
