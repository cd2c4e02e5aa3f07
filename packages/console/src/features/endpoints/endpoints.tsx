import type { EndpointView } from '@tollgate/contract/api/endpoints';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { addressOf } from '../../lib/base.ts';
import { bytes } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { useEndpointWords } from './words.ts';

/** What applications can ask here, and at which addresses. */
export default function EndpointsPage() {
  const t = useEndpointWords();
  const list = useOperation('endpoints.list');
  const most = Math.max(...(list.data?.data ?? []).map(({ maxBodyBytes }) => maxBodyBytes ?? 0));
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      <DataGrid
        id="endpoints"
        label={t('title')}
        columns={useColumns(most)}
        rows={list.data?.data}
        rowId={idOf}
        rowLabel={titleOf}
        error={list.error}
        failed={t('unread')}
        onRetry={() => void list.refetch()}
        empty={null}
      />
    </>
  );
}

const bodyWords = {
  json: 'json',
  multipart: 'multipart',
  'json or multipart': 'either',
  'json, multipart or none': 'any',
  stream: 'stream',
  none: 'none',
} as const;

const idOf = ({ id }: EndpointView): string => id;
const titleOf = ({ title }: EndpointView): string => title;

/** `most` is what the gateway takes; the limit is told of those that take less. */
function useColumns(most: number): readonly Column<EndpointView>[] {
  const t = useEndpointWords();
  return useMemo(
    () => [
      { id: 'title', header: t('asked'), cell: titleOf, width: 260, grow: true, hideable: false, phone: 'title' },
      { id: 'routes', header: t('address'), cell: (one) => <Routes endpoint={one} />, width: 360, phone: 'detail' },
      {
        id: 'body',
        header: t('body'),
        cell: ({ body, maxBodyBytes }) =>
          maxBodyBytes === null || maxBodyBytes === most
            ? t(`bodies.${bodyWords[body]}`)
            : t('upTo', { what: t(`bodies.${bodyWords[body]}`), most: bytes(maxBodyBytes) }),
        width: 150,
      },
      {
        id: 'answers',
        header: t('answers'),
        cell: ({ answers }) => answers.map((kind) => t(`kinds.${kind}`)).join(', '),
        width: 180,
      },
      {
        id: 'translated',
        header: t('servedBy'),
        cell: ({ translated }) => t(translated ? 'anyProtocol' : 'ownProtocol'),
        width: 150,
      },
      {
        id: 'cost',
        header: t('cost'),
        cell: ({ charged }) => t(charged ? 'byUsage' : 'free'),
        width: 110,
        phone: 'aside',
      },
    ],
    [t, most],
  );
}

/** The first of its addresses, to be copied; the others are other ways to the same. */
function Routes({ endpoint: { routes } }: { readonly endpoint: EndpointView }) {
  const t = useEndpointWords();
  const [first, ...others] = routes;
  if (first === undefined) return null;
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={routes.map(({ path }) => path).join('\n')}>
      <code className="truncate">
        {first.method} {first.path}
      </code>
      <CopyButton text={new URL(addressOf(first.path.slice(1)), location.href).href} what={first.path} iconOnly />
      {others.length > 0 && <span className="text-muted">{t('others', { count: others.length })}</span>}
    </span>
  );
}
