import { FileText } from 'lucide-react';
import { useMemo } from 'react';
import { api, type Answer } from '../../lib/api.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { usePages } from '../../lib/operations.ts';
import type { Column } from '../data-grid/column.ts';
import { PagedGrid } from '../data-grid/paged-grid.tsx';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Link } from '../ui/link.tsx';
import { useInvoiceWords } from './words.ts';

type Invoice = Answer<'invoices.list'>['data'][number];

const fileLink = 'text-accent underline-offset-2 hover:underline';

/** Invoices and credit notes with their files: one's own, or for administrators everybody's. */
export function Invoices({ of }: { readonly of: 'me' | 'all' }) {
  const t = useInvoiceWords();
  const list = usePages('invoices.list', { query: of === 'all' ? { userId: 'all' } : {} });
  const columns = useColumns(of === 'all');
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      {(list.rows ?? []).length > 0 && (
        <p className="flex flex-wrap gap-3 text-small text-muted">
          {t('files')}
          {(['csv', 'json'] as const).map((format) => (
            <a
              key={format}
              className={fileLink}
              href={api.address('invoices.export', { query: { format, ...(of === 'all' && { userId: 'all' }) } })}
            >
              {format.toUpperCase()}
            </a>
          ))}
        </p>
      )}
      <PagedGrid
        id={of === 'all' ? 'invoices' : 'own-invoices'}
        label={t('title')}
        columns={columns}
        list={list}
        rowLabel={numberOf}
        failed={t('unread')}
        empty={
          <EmptyState icon={FileText} title={t('empty')}>
            {of === 'all' ? t('emptySeller') : t('emptyWhat')}
          </EmptyState>
        }
      />
    </div>
  );
}

const numberOf = ({ number }: Invoice): string => number;

function useColumns(everybody: boolean): readonly Column<Invoice>[] {
  const t = useInvoiceWords();
  return useMemo((): readonly Column<Invoice>[] => {
    const buyer: Column<Invoice> = {
      id: 'buyer',
      header: t('buyer'),
      cell: ({ userId, content }) => <Link to={`/users/${userId}`}>{content.buyer.name}</Link>,
      width: 180,
    };
    return [
      {
        id: 'number',
        header: t('number'),
        cell: ({ number }) => <span className="tabular-nums">{number}</span>,
        width: 150,
        hideable: false,
        phone: 'title',
      },
      {
        id: 'kind',
        header: t('kind'),
        cell: ({ kind, content }) => (
          <span title={content.corrects === null ? undefined : t('corrects', { number: content.corrects })}>
            <Badge tone={kind === 'invoice' ? 'plain' : 'warn'}>{t(`kinds.${kind}`)}</Badge>
          </span>
        ),
        width: 120,
        phone: 'detail',
      },
      ...(everybody ? [buyer] : []),
      {
        id: 'what',
        header: t('what'),
        cell: ({ content }) => content.description,
        width: 160,
        grow: true,
      },
      {
        id: 'tax',
        header: t('tax'),
        cell: ({ tax, currency }) => `${tax} ${currency}`,
        width: 110,
        align: 'end',
      },
      {
        id: 'total',
        header: t('total'),
        cell: ({ total, currency, kind }) => `${kind === 'credit_note' ? '−' : ''}${total} ${currency}`,
        width: 120,
        align: 'end',
        phone: 'aside',
      },
      {
        id: 'created',
        header: t('date'),
        cell: ({ createdAt }) => (
          <span className="text-muted" title={fullMoment(createdAt)}>
            {relativeMoment(createdAt, Date.now())}
          </span>
        ),
        width: 120,
      },
      {
        id: 'file',
        header: t('file'),
        cell: (invoice) => <Files invoice={invoice} />,
        width: 150,
        phone: 'detailAside',
      },
    ];
  }, [t, everybody]);
}

function Files({ invoice: { id, kind, number } }: { readonly invoice: Invoice }) {
  const t = useInvoiceWords();
  const titles = kind === 'invoice' ? (['invoice', 'receipt'] as const) : (['invoice'] as const);
  return (
    <span className="flex gap-3">
      {titles.map((title) => (
        <a
          key={title}
          className={fileLink}
          href={api.address('invoices.download', { params: { id }, query: { title } })}
          aria-label={`${t(`titles.${title}`)} ${number}`}
        >
          {title === 'receipt' ? t('titles.receipt') : 'PDF'}
        </a>
      ))}
    </span>
  );
}
