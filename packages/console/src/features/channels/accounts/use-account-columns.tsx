import { Hourglass } from 'lucide-react';
import { useMemo } from 'react';
import type { Column } from '../../../components/data-grid/column.ts';
import { Status } from '../../../components/ui/badge.tsx';
import { calendarDay, duration, fullMoment, relativeMoment } from '../../../lib/format.ts';
import { useDisabledBy } from '../disabled-by.ts';
import { useChannelWords } from '../words.ts';
import type { AccountRow } from './use-accounts.ts';

export const hintsOf = ({ hints }: AccountRow): string =>
  Object.entries(hints)
    .map(([field, hint]) => (Object.keys(hints).length === 1 ? hint : `${field} ${hint}`))
    .join('  ');

const tones = { 'in-use': 'good', disabled: 'off', resting: 'warn' } as const;

function AccountState({ account }: { readonly account: AccountRow }) {
  const t = useChannelWords();
  return (
    <Status tone={tones[account.state]} {...(account.state === 'resting' && { icon: Hourglass })}>
      {t(`accounts.state.${account.state}`)}
    </Status>
  );
}

/** Why it is out of use, by whom and since when; or for which models it is left alone, and how long. */
function Reason({ account: { disabled, disabledByName, enabled, resting } }: { readonly account: AccountRow }) {
  const t = useChannelWords();
  const offBy = useDisabledBy();
  if (disabled !== null) {
    const parts = [disabled.reason, offBy(disabled.by, disabledByName), relativeMoment(disabled.at, Date.now())];
    const words = parts.filter((part) => part !== '').join(' · ');
    return <span title={`${words}\n${fullMoment(disabled.at)}`}>{words}</span>;
  }
  if (!enabled) return <span className="text-muted">{t('accounts.offByConfiguration')}</span>;
  if (resting.length === 0) return <span className="text-muted">–</span>;
  const words = resting.map(({ model, untilMs }) =>
    t('accounts.restingOf', { model, seconds: Math.max(1, Math.ceil(untilMs / 1000)) }),
  );
  return <span title={words.join('\n')}>{words.join(', ')}</span>;
}

/** What the account's last test came to, of those that were made while this page is open. */
function TestCell({ account: { tested, wasTested } }: { readonly account: AccountRow }) {
  const t = useChannelWords();
  if (!wasTested) return <span className="text-muted">–</span>;
  if (tested === undefined) return <span className="text-muted">{t('accounts.testing')}</span>;
  if ('error' in tested)
    return (
      <span title={tested.error.message}>
        <Status tone="danger">{tested.error.message}</Status>
      </span>
    );
  if (tested.ok)
    return (
      <span title={t('accounts.testedWith', { model: tested.upstreamModel })}>
        <Status tone="good">{duration(tested.durationMs)}</Status>
      </span>
    );
  const words = [tested.status === 0 ? '' : String(tested.status), tested.message].filter(Boolean).join(' ');
  return (
    <span title={words}>
      <Status tone="danger">{words}</Status>
    </span>
  );
}

export function useAccountColumns(): readonly Column<AccountRow>[] {
  const t = useChannelWords();
  return useMemo(
    () => [
      {
        id: 'index',
        header: '#',
        cell: ({ index }) => <span className="text-muted">{index}</span>,
        width: 44,
        align: 'end',
        sort: ({ index }) => index,
      },
      {
        id: 'key',
        header: t('accounts.column.key'),
        cell: (account) => <span className="font-mono text-small">{hintsOf(account)}</span>,
        width: 180,
        grow: true,
        hideable: false,
        phone: 'title',
        sort: hintsOf,
      },
      {
        id: 'state',
        header: t('column.state'),
        cell: (account) => <AccountState account={account} />,
        width: 115,
        phone: 'aside',
        sort: ({ state }) => state,
      },
      {
        id: 'reason',
        header: t('accounts.column.reason'),
        cell: (account) => <Reason account={account} />,
        width: 300,
        grow: true,
        phone: 'detail',
      },
      {
        id: 'test',
        header: t('accounts.column.test'),
        cell: (account) => <TestCell account={account} />,
        width: 150,
        phone: 'detailAside',
      },
      {
        id: 'created',
        header: t('accounts.column.created'),
        cell: ({ createdAt }) => <span title={fullMoment(createdAt)}>{calendarDay(createdAt)}</span>,
        width: 115,
        sort: ({ createdAt }) => createdAt,
      },
    ],
    [t],
  );
}
