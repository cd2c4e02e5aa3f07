import type { StoredObjectView } from '@tollgate/contract/api/stored-objects';
import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { Link } from '../../components/ui/link.tsx';
import { bytes, count, fullMoment, relativeMoment, shortCount } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { ObjectState } from './object-state.tsx';
import { useFileWords } from './words.ts';

/** What it is called: by its maker, or else by its provider. */
export const nameOf = ({ name, vendorId }: StoredObjectView): string => name ?? vendorId;

/** The columns of the list; `ofEverybody` says whose each is. */
export function useFileColumns(ofEverybody: boolean): readonly Column<StoredObjectView>[] {
  const t = useFileWords();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('name'),
        cell: (object) => <span title={object.vendorId}>{nameOf(object)}</span>,
        width: 160,
        grow: true,
        hideable: false,
        phone: 'title',
      },
      { id: 'kind', header: t('kind'), cell: ({ kind }) => t(`kinds.${kind}`), width: 106, phone: 'detail' },
      { id: 'about', header: t('about'), cell: ({ model, purpose }) => model ?? purpose ?? '', width: 134 },
      {
        id: 'state',
        header: t('state'),
        cell: (object) => <ObjectState object={object} />,
        width: 152,
        phone: 'aside',
      },
      {
        id: 'size',
        header: t('size'),
        cell: (object) => <Size object={object} />,
        width: 116,
        align: 'end',
      },
      {
        id: 'cost',
        header: t('costPerHour'),
        cell: ({ costPerHourNanos }) => (costPerHourNanos === null ? '' : usd(BigInt(costPerHourNanos))),
        width: 88,
        align: 'end',
        phone: 'detailAside',
      },
      { id: 'made', header: t('made'), cell: ({ createdAt }) => <Moment at={createdAt} />, width: 108 },
      {
        id: 'expires',
        header: t('expires'),
        cell: ({ expiresAt }) => (expiresAt === null ? '' : <Moment at={expiresAt} />),
        width: 84,
      },
      {
        id: 'key',
        header: t('key'),
        cell: ({ keyId, keyName }) => <Link to={`/keys/${keyId}`}>{keyName ?? keyId}</Link>,
        width: 100,
        ...(ofEverybody && { hidden: true as const }),
      },
      ...(ofEverybody
        ? [
            {
              id: 'user',
              header: t('user'),
              cell: ({ userName, userId }: StoredObjectView) => userName ?? userId,
              width: 190,
            },
          ]
        : []),
    ],
    [t, ofEverybody],
  );
}

/** As its kind is measured: in bytes, in tokens, or in requests. */
function Size({ object: { tokens, progress, bytes: size } }: { readonly object: StoredObjectView }) {
  const t = useFileWords();
  if (tokens !== null) return t('tokensShort', { count: tokens, figure: shortCount(tokens) });
  if (progress !== null && progress.total > 0)
    return t('requestsShort', { count: progress.total, figure: count(progress.total) });
  return size === null ? '' : bytes(size);
}

const Moment = ({ at }: { readonly at: number }) => (
  <span className="text-muted" title={fullMoment(at)}>
    {relativeMoment(at, Date.now())}
  </span>
);
