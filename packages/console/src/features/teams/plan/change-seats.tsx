import type { TeamView } from '@tollgate/contract/api/teams';
import { useState } from 'react';
import { ConfirmDialog } from '../../../components/ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { NumberField } from '../../../components/ui/number-field.tsx';
import { api, type Answer } from '../../../lib/api.ts';
import { calendarDay } from '../../../lib/format.ts';
import { usd, usdCeiled } from '../../../lib/money.ts';
import { useOperation } from '../../../lib/operations.ts';
import { useSettled } from '../../../lib/use-settled.ts';
import { useTeamWords } from '../words.ts';

export type Subscription = Answer<'teams.subscriptions'>['data'][number];

type ChangeSeatsProps = {
  readonly team: TeamView;
  readonly subscription: Subscription;
  readonly onClose: () => void;
  readonly onChanged: () => void;
};

/** More seats, which are paid for at once, or fewer from the next term on. What is taken is said by the gateway before. */
export function ChangeSeats({ team, subscription: one, onClose, onChanged }: ChangeSeatsProps) {
  const t = useTeamWords();
  const has = one.seats ?? 1;
  const [seats, setSeats] = useState<number | null>(one.nextSeats ?? has);
  const wanted = seats ?? has;
  const settled = useSettled(wanted);
  const params = { id: team.id, subscriptionId: one.id };
  // The price of more seats falls with the time that is left of the term.
  const quote = useOperation(
    'teams.quoteSeats',
    { params, query: { seats: settled } },
    { refreshMs: 30_000, freshMs: 0 },
  );
  const day = calendarDay(one.termEndsAt);
  const prices = settled === wanted ? quote.data : undefined;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      danger={false}
      ready={prices !== undefined}
      title={t('plan.changeSeats')}
      action={t('plan.changeSeats')}
      onConfirm={async () => {
        await api.call('teams.changeSubscription', { params, body: { seats: wanted } });
        onChanged();
      }}
    >
      <div className="grid gap-3">
        <NumberField label={t('plan.seatsField')} min={1} max={10_000} value={seats} onChange={setSeats} />
        {quote.error !== null && prices === undefined && (
          <ErrorNotice title={t('plan.priceUnread')} error={quote.error} />
        )}
        <div aria-live="polite" className="grid gap-1">
          <p>
            {t(wanted > has ? 'plan.more' : wanted < has ? 'plan.fewer' : 'plan.same', {
              count: wanted,
              day,
              price: prices === undefined ? '…' : usdCeiled(BigInt(prices.nowNanos)),
            })}
          </p>
          {prices !== undefined && prices.termNanos !== null && (
            <p className="text-small text-muted">{t('plan.then', { day, price: usd(BigInt(prices.termNanos)) })}</p>
          )}
        </div>
      </div>
    </ConfirmDialog>
  );
}
