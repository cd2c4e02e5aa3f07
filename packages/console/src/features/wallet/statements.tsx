import { FileDown, ReceiptText } from 'lucide-react';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { monthName } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useKindWords } from './kind-words.ts';
import { useWalletWords } from './words.ts';

type Month = Answer<'statements.list'>['data'][number];

/** What came and went in each month, as paper. */
export default function StatementsPage() {
  const t = useWalletWords();
  const { data, error, refetch } = useOperation('statements.list');
  return (
    <>
      <PageHeader title={t('statements.title')} description={t('statements.what')} />
      {data === undefined ? (
        <Card padded={false}>
          {error === null ? (
            <SkeletonRows rows={6} />
          ) : (
            <ErrorState title={t('statements.unread')} error={error} onRetry={() => void refetch()} />
          )}
        </Card>
      ) : data.data.length === 0 ? (
        <Card>
          <EmptyState icon={ReceiptText} title={t('statements.empty')}>
            {t('statements.emptyWhat')}
          </EmptyState>
        </Card>
      ) : (
        <ul className="grid items-start gap-4 lg:grid-cols-2">
          {data.data.map((month) => (
            <li key={month.month}>
              <MonthSheet month={month} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const formats = ['pdf', 'csv', 'json'] as const;

/** A month as a column of sums, from what there was to what was left. */
function MonthSheet({ month: { month, openingNanos, closingNanos, byKind } }: { readonly month: Month }) {
  const t = useWalletWords();
  const kindOf = useKindWords();
  const name = monthName(month);
  return (
    <Card
      title={name}
      padded={false}
      actions={
        <>
          <FileDown aria-hidden className="size-4 text-muted" />
          {formats.map((format) => (
            <a
              key={format}
              className="text-small text-accent underline-offset-2 hover:underline"
              href={api.address('statements.download', { query: { month, format } })}
              aria-label={t('statements.download', { month: name, format: format.toUpperCase() })}
            >
              {format.toUpperCase()}
            </a>
          ))}
        </>
      }
    >
      <dl className="px-4 py-2">
        <Sum term={t('statements.opening')} nanos={openingNanos} />
        {byKind.map(({ kind, amountNanos }) => (
          <Sum key={kind} term={kindOf(kind)} nanos={amountNanos} />
        ))}
        <Sum term={t('statements.closing')} nanos={closingNanos} total />
      </dl>
    </Card>
  );
}

type SumProps = { readonly term: string; readonly nanos: string; readonly total?: boolean };

/** Exact, because a statement is there to be added up. */
const Sum = ({ term, nanos, total = false }: SumProps) => (
  <div className={`flex justify-between gap-4 py-1 ${total ? 'mt-1 border-t border-line pt-2 font-medium' : ''}`}>
    <dt className={total ? '' : 'text-muted'}>{term}</dt>
    <dd className="tabular-nums">{usd(BigInt(nanos))}</dd>
  </div>
);
