import type { TeamView } from '@tollgate/contract/api/teams';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/confirm-dialog.tsx';
import { NumberField } from '../../../components/ui/number-field.tsx';
import { api, type Answer } from '../../../lib/api.ts';
import { freshId } from '../../../lib/fresh-id.ts';
import { nanosOf, usd } from '../../../lib/money.ts';
import { allowanceWords, priceWords, usePlanWords } from '../../../lib/plan-terms.ts';
import { useTeamWords } from '../words.ts';

type Offer = Answer<'plans.offers'>['data'][number];

type SeatOffersProps = {
  readonly team: TeamView;
  readonly offers: readonly Offer[];
  readonly mayPay: boolean;
  readonly onChanged: () => void;
};

/** Plans that a team can subscribe to. */
export function SeatOffers({ team, offers, mayPay, onChanged }: SeatOffersProps) {
  const t = useTeamWords();
  const plan = usePlanWords();
  const [chosen, setChosen] = useState<Offer>();
  if (offers.length === 0) return null;
  return (
    <section aria-label={t('plan.offers')} className="grid gap-3">
      <h2 className="text-sm font-semibold">{t('plan.offers')}</h2>
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {offers.map((offer) => (
          <li key={offer.id} className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4">
            <div className="grid grow content-start gap-1">
              <h3 className="font-medium">{offer.name}</h3>
              <p className="text-lg font-semibold tabular-nums">
                {t('plan.perSeat', { price: priceWords(plan, offer) })}
              </p>
              {offer.description !== '' && <p className="text-small text-muted">{offer.description}</p>}
              <ul className="mt-1 grid list-disc gap-0.5 ps-4 text-small">
                <li>{t('plan.perSeat', { price: allowanceWords(plan, offer) })}</li>
                <li>{t('plan.shared')}</li>
              </ul>
            </div>
            {mayPay && (
              <Button look="primary" onPress={() => setChosen(offer)}>
                {plan('offers.take')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {chosen !== undefined && (
        <Subscribe team={team} offer={chosen} onClose={() => setChosen(undefined)} onChanged={onChanged} />
      )}
    </section>
  );
}

type SubscribeProps = {
  readonly team: TeamView;
  readonly offer: Offer;
  readonly onClose: () => void;
  readonly onChanged: () => void;
};

function Subscribe({ team, offer, onClose, onChanged }: SubscribeProps) {
  const t = useTeamWords();
  const plan = usePlanWords();
  // Pressing twice, or again after the connection broke, is one subscription.
  const [idempotencyKey] = useState(() => freshId());
  const [seats, setSeats] = useState<number | null>(Math.max(1, team.members));
  const wanted = seats ?? 1;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      danger={false}
      title={offer.name}
      action={plan('offers.take')}
      onConfirm={async () => {
        await api.call('teams.subscribe', {
          params: { id: team.id },
          body: { planId: offer.id, seats: wanted, idempotencyKey },
        });
        onChanged();
      }}
    >
      <div className="grid gap-3">
        <NumberField label={t('plan.seatsField')} min={1} max={10_000} value={seats} onChange={setSeats} />
        <p aria-live="polite">
          {t('plan.sure', { price: usd(nanosOf(offer.priceUsd) * BigInt(wanted)), terms: priceWords(plan, offer) })}
        </p>
      </div>
    </ConfirmDialog>
  );
}
