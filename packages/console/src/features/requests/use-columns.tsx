import { useMemo } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { duration, shortCount } from '../../lib/format.ts';
import { Amount, Ending, Flags, Model, Moment, tokens } from './cells.tsx';
import { PayerNames } from './payers.tsx';
import { channelName, sums, type Channels, type RequestView } from './request-view.ts';
import { useRequestWords } from './words.ts';

const quiet = (text: string) => <span className="text-muted">{text}</span>;

/** The columns of the log. Whoever sees everybody's requests sees whose they are first, the others by which key. */
export function useColumns(channels: Channels, seesAll: boolean): readonly Column<RequestView>[] {
  const t = useRequestWords();
  return useMemo((): readonly Column<RequestView>[] => {
    const key: Column<RequestView> = {
      id: 'key',
      header: t('column.key'),
      cell: ({ keyName, keyId }) => keyName ?? keyId,
      width: 130,
      grow: true,
      ...(seesAll && { hidden: true as const }),
    };
    const ofAll: readonly Column<RequestView>[] = [
      {
        id: 'user',
        header: t('column.user'),
        cell: ({ userName, userId }) => <span title={userName ?? userId}>{userName ?? userId}</span>,
        width: 118,
        grow: true,
      },
    ];
    const ofChannels: readonly Column<RequestView>[] = [
      {
        id: 'channel',
        header: t('column.channel'),
        cell: ({ channelId }) => (channelId === null ? quiet('–') : channelName(channels, channelId)),
        width: 118,
        grow: true,
      },
    ];
    return [
      {
        id: 'time',
        header: t('column.time'),
        cell: ({ at }) => <Moment at={at} />,
        width: 132,
        hideable: false,
        phone: 'detail',
      },
      {
        id: 'status',
        header: t('column.status'),
        cell: (request) => <Ending request={request} brief />,
        width: 74,
        phone: 'detail',
      },
      {
        id: 'model',
        header: t('column.model'),
        cell: (request) => <Model request={request} />,
        width: 150,
        grow: true,
        phone: 'title',
      },
      ...(channels === undefined ? [] : ofChannels),
      ...(seesAll ? ofAll : []),
      key,
      ...numbers(t),
      {
        id: 'attempts',
        header: t('column.attempts'),
        cell: ({ attemptCount }) => attemptCount,
        width: 76,
        align: 'end',
        hidden: true,
      },
      { id: 'flags', header: t('column.flags'), cell: (request) => <Flags request={request} />, width: 72 },
    ];
  }, [t, channels, seesAll]);
}

/** What was counted, charged and timed. */
const numbers = (t: ReturnType<typeof useRequestWords>): readonly Column<RequestView>[] => [
  { id: 'in', header: t('column.in'), cell: (request) => tokens(sums(request).input), width: 62, align: 'end' },
  { id: 'out', header: t('column.out'), cell: (request) => tokens(sums(request).output), width: 56, align: 'end' },
  {
    id: 'cached',
    header: t('column.cached'),
    cell: (request) => tokens(sums(request).cached),
    width: 70,
    align: 'end',
    hidden: true,
  },
  {
    id: 'charge',
    header: t('column.charge'),
    cell: (request) => <Amount request={request} />,
    width: 112,
    align: 'end',
    phone: 'aside',
  },
  {
    id: 'payer',
    header: t('column.payer'),
    cell: (request) => <PayerNames request={request} />,
    width: 110,
    hidden: true,
  },
  {
    id: 'ttft',
    header: t('column.ttft'),
    headerTitle: t('ttftLong'),
    cell: ({ ttftMs }) => (ttftMs > 0 ? duration(ttftMs) : quiet('–')),
    width: 70,
    align: 'end',
  },
  {
    id: 'total',
    header: t('column.total'),
    cell: ({ totalMs }) => duration(totalMs),
    width: 70,
    align: 'end',
    phone: 'detailAside',
  },
  {
    id: 'speed',
    header: t('column.speed'),
    headerTitle: t('speedLong'),
    cell: ({ tokensPerSecond }) => (tokensPerSecond === null ? quiet('–') : shortCount(Math.round(tokensPerSecond))),
    width: 54,
    align: 'end',
  },
];
