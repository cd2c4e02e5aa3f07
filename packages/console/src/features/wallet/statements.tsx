import { FileDown, ReceiptText } from 'lucide-react';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { api, type Answer } from '../../lib/api.ts';
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
        <Card padded={false}>
          <ul>
            {data.data.map((month) => (
              <MonthLine key={month.month} month={month} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

const formats = ['pdf', 'csv', 'json'] as const;

function MonthLine({ month: { month, openingNanos, closingNanos, byKind } }: { readonly month: Month }) {
  const t = useWalletWords();
  const kindOf = useKindWords();
  return (
    <li className="grid gap-x-6 gap-y-1.5 border-b border-line px-4 py-3 last:border-b-0 sm:grid-cols-[7rem_minmax(0,1fr)_auto]">
      <p className="font-medium tabular-nums">{month}</p>
      <dl className="flex flex-wrap gap-x-4 gap-y-1 text-small">
        <Sum term={t('statements.opening')} nanos={openingNanos} />
        {byKind.map(({ kind, amountNanos }) => (
          <Sum key={kind} term={kindOf(kind)} nanos={amountNanos} />
        ))}
        <Sum term={t('statements.closing')} nanos={closingNanos} strong />
      </dl>
      <p className="flex items-center gap-3 text-small">
        <FileDown aria-hidden className="size-4 text-muted" />
        {formats.map((format) => (
          <a
            key={format}
            className="text-accent underline-offset-2 hover:underline"
            href={api.address('statements.download', { query: { month, format } })}
            aria-label={t('statements.download', { month, format: format.toUpperCase() })}
          >
            {format.toUpperCase()}
          </a>
        ))}
      </p>
    </li>
  );
}

type SumProps = { readonly term: string; readonly nanos: string; readonly strong?: boolean };

const Sum = ({ term, nanos, strong = false }: SumProps) => (
  <div className="flex gap-1.5">
    <dt className="text-muted">{term}</dt>
    <dd className={`tabular-nums ${strong ? 'font-medium' : ''}`}>{usd(BigInt(nanos))}</dd>
  </div>
);
