import type { Mistake } from '@tollgate/contract/api/overrides';
import { useOverrideWords } from './words.ts';

/** What the gateway says is wrong at a place and below it. */
export const mistakesAt = (mistakes: readonly Mistake[], place: string): readonly Mistake[] =>
  mistakes.filter(({ path }) => path === place || path.startsWith(`${place}.`));

/** Mistakes in a list, each with what would be right. */
export function Mistakes({ mistakes, below = '' }: { readonly mistakes: readonly Mistake[]; readonly below?: string }) {
  const t = useOverrideWords();
  if (mistakes.length === 0) return null;
  return (
    <ul className="grid gap-1 text-small text-danger">
      {mistakes.map(({ path, problem, instead }) => (
        <li key={`${path} ${problem}`} className="wrap-anywhere">
          {path !== below && (
            <code className="font-mono text-xs">
              {below !== '' && path.startsWith(`${below}.`) ? path.slice(below.length + 1) : path}:{' '}
            </code>
          )}
          {problem}
          {instead !== null && <span className="text-ink"> {t('mistake.instead', { instead })}</span>}
        </li>
      ))}
    </ul>
  );
}
