import type { TeamView } from '@tollgate/contract/api/teams';
import { useState } from 'react';
import { ConfirmDialog } from '../../../components/ui/confirm-dialog.tsx';
import { NumberField } from '../../../components/ui/number-field.tsx';
import { api, type Answer } from '../../../lib/api.ts';
import { calendarDay } from '../../../lib/format.ts';
import { useTeamWords } from '../words.ts';

export type Subscription = Answer<'teams.subscriptions'>['data'][number];

type ChangeSeatsProps = {
  readonly team: TeamView;
  readonly subscription: Subscription;
  readonly onClose: () => void;
  readonly onChanged: () => void;
};

/** More seats, which are paid for at once, or fewer from the next term on. */
export function ChangeSeats({ team, subscription: one, onClose, onChanged }: ChangeSeatsProps) {
  const t = useTeamWords();
  const has = one.seats ?? 1;
  const [seats, setSeats] = useState<number | null>(one.nextSeats ?? has);
  const wanted = seats ?? has;
  const day = calendarDay(one.termEndsAt);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      danger={false}
      title={t('plan.changeSeats')}
      action={t('plan.changeSeats')}
      onConfirm={async () => {
        await api.call('teams.changeSubscription', {
          params: { id: team.id, subscriptionId: one.id },
          body: { seats: wanted },
        });
        onChanged();
      }}
    >
      <div className="grid gap-3">
        <NumberField label={t('plan.seatsField')} min={1} max={10_000} value={seats} onChange={setSeats} />
        <p aria-live="polite">
          {t(wanted > has ? 'plan.more' : wanted < has ? 'plan.fewer' : 'plan.same', { count: wanted, day })}
        </p>
      </div>
    </ConfirmDialog>
  );
}
