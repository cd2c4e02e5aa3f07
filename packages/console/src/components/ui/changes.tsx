import { ArrowRight } from 'lucide-react';
import { fullMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import type { Change, Json } from '../../lib/changes.ts';
import { useUiWords } from './words.ts';

type ChangesProps = {
  readonly changes: readonly Change[];
  /** How a place is called; without it by its path. */
  readonly nameOf?: (path: string) => string;
};

/** Whether a place holds a moment: `expiresAt`, `disabled.at`. */
const isMoment = (path: string): boolean => /(?:^|\.)at$|[a-z]At$/.test(path);

/** Whether a place holds an amount of money in nano-dollars: `amountNanos`. */
const isNanos = (path: string): boolean => /(?:^|[.a-z])[nN]anos$/.test(path);

/** What is different, place by place: how it was, and how it is (or will be). */
export function Changes({ changes, nameOf = (path) => path }: ChangesProps) {
  const t = useUiWords();
  const words = (value: Json | undefined, path: string): string => {
    if (value === undefined || value === null || value === '') return t('nothing');
    if (typeof value === 'boolean') return t(value ? 'on' : 'off');
    if (typeof value === 'number' && isMoment(path)) return fullMoment(value);
    if (typeof value === 'string' && isNanos(path) && /^-?\d+$/.test(value)) return usd(BigInt(value));
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return (
    <dl className="grid gap-y-2 text-small sm:grid-cols-[minmax(0,2fr)_minmax(0,5fr)] sm:gap-x-5">
      {changes.map(({ path, before, after }) => (
        <div key={path} className="contents">
          <dt className="min-w-0 text-muted wrap-anywhere">{nameOf(path)}</dt>
          <dd className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-1 max-sm:mb-1">
            <del className="min-w-0 font-mono text-xs/5 wrap-anywhere text-muted decoration-muted/60">
              <span className="sr-only">{t('before')} </span>
              {words(before, path)}
            </del>
            <ArrowRight aria-hidden className="size-3 shrink-0 self-center text-muted rtl:-scale-x-100" />
            <ins className="min-w-0 font-mono text-xs/5 font-medium wrap-anywhere no-underline">
              <span className="sr-only">{t('after')} </span>
              {words(after, path)}
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
