import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Check } from './check-list.ts';
import { useStartWords } from './words.ts';

const icons = { good: CircleCheck, warn: TriangleAlert, danger: CircleAlert } as const;
const inks = { good: 'text-good', warn: 'text-warn', danger: 'text-danger' } as const;

type CheckRowProps = { readonly check: Check; /** To mend it here. */ readonly children?: ReactNode };

/** One check: how it went, in a sentence, and what to do about it. */
export function CheckRow({ check: { verdict, id, words, values }, children }: CheckRowProps) {
  const t = useStartWords();
  const Icon = icons[verdict];
  return (
    <li className="flex gap-3 border-b border-line px-4 py-3 last:border-b-0">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${inks[verdict]}`} />
      <div className="min-w-0 grow">
        <p className="font-medium">
          {t(`checks.${id}.title`)} <span className="sr-only">{t(`checks.verdict.${verdict}`)}</span>
        </p>
        <p className="text-small text-muted wrap-anywhere">{t(words, values)}</p>
        {children}
      </div>
    </li>
  );
}
