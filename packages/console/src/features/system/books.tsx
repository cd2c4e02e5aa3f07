import type { BookCheckView } from '@tollgate/contract/api/system';
import { LoaderCircle, Scale } from 'lucide-react';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { count, duration, fullMoment, relativeMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useSystemWords } from './words.ts';

/** Whether the books agree, as it was last computed, and the button that computes it again. */
export function Books() {
  const t = useSystemWords();
  const rights = useRights();
  const checks = useOperation('books.checks', {}, { refreshMs: 2000 });
  const begin = useAction('books.check', { invalidates: ['books.checks'], failed: t('books.notBegun') });
  const [latest, ...before] = checks.data?.data ?? [];
  const running = latest?.state === 'running';
  return (
    <Card
      title={t('books.title')}
      description={t('books.what')}
      actions={
        rights.may('jobs:write') && (
          <Button icon={Scale} busy={begin.busy || running} onPress={() => void begin.run({})}>
            {t(running ? 'books.running' : 'books.check')}
          </Button>
        )
      }
    >
      {checks.error !== null && checks.data === undefined ? (
        <ErrorState title={t('books.unread')} error={checks.error} onRetry={() => void checks.refetch()} />
      ) : latest === undefined ? (
        <p className="text-muted">{checks.data === undefined ? t('books.reading') : t('books.never')}</p>
      ) : (
        <div className="grid gap-3">
          <Verdict check={latest} />
          {latest.problems.length > 0 && <Problems problems={latest.problems} />}
          {before.length > 0 && (
            <details>
              <summary className="cursor-pointer rounded-sm text-small text-muted">{t('books.before')}</summary>
              <ul className="mt-2 grid gap-1">
                {before.map((check) => (
                  <li key={check.id}>
                    <Verdict check={check} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
      )}
    </Card>
  );
}

const tones = { running: 'plain', agree: 'good', differ: 'danger', failed: 'warn' } as const;

function Verdict({ check }: { readonly check: BookCheckView }) {
  const t = useSystemWords();
  const { state, createdAt, finishedAt, unexplained, error } = check;
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      <Status tone={tones[state]} {...(state === 'running' && { icon: LoaderCircle })}>
        {state === 'differ' ? t('books.differ', { count: unexplained ?? 0 }) : t(`books.verdict.${state}`)}
      </Status>
      <span className="text-small text-muted" title={fullMoment(createdAt)}>
        {relativeMoment(createdAt, Date.now())}
        {finishedAt !== null && ` · ${duration(finishedAt - createdAt)}`}
      </span>
      {error !== null && <span className="text-small">{error}</span>}
    </div>
  );
}

type Problem = BookCheckView['problems'][number];

/** What was found and what should have been: in dollars where these are amounts, and then also how far apart they are. */
function useSides(): (problem: Problem) => readonly { readonly term: string; readonly value: string }[] {
  const t = useSystemWords();
  return ({ found, expected, unit }) => {
    const isAmount = (text: string): boolean => unit === 'nanos' && /^-?\d+$/.test(text);
    const said = (text: string): string => (isAmount(text) ? usd(BigInt(text)) : text);
    const sides = [
      { term: t('books.found'), value: said(found) },
      { term: t('books.expected'), value: said(expected) },
    ];
    return isAmount(found) && isAmount(expected)
      ? [...sides, { term: t('books.difference'), value: usd(BigInt(found) - BigInt(expected)) }]
      : sides;
  };
}

/** What does not fit: the first of them. */
function Problems({ problems }: { readonly problems: BookCheckView['problems'] }) {
  const t = useSystemWords();
  const sidesOf = useSides();
  const shown = problems.slice(0, 20);
  return (
    <div className="grid gap-3">
      <ul className="grid gap-2">
        {shown.map((problem) => (
          <li key={`${problem.check} ${problem.subject}`} className="rounded-md border border-line p-3">
            <p className="mb-1 font-medium">{problem.check}</p>
            <KeyValues
              items={[{ term: t('books.subject'), value: problem.subject, code: true }, ...sidesOf(problem)]}
            />
          </li>
        ))}
      </ul>
      {problems.length > shown.length && (
        <p className="text-small text-muted">
          {t('books.more', { count: problems.length - shown.length, shown: count(shown.length) })}
        </p>
      )}
    </div>
  );
}
