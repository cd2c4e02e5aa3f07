import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import type { Answer } from '../../lib/api.ts';
import { allowanceWords, priceWords, usePlanWords } from '../../lib/plan-terms.ts';
import { TakeOffer } from './take-offer.tsx';

type Offer = Answer<'plans.offers'>['data'][number];

type OffersProps = {
  readonly offers: readonly Offer[];
  /** Ids of the plans that one has. */
  readonly taken: ReadonlySet<string>;
  readonly onChanged: () => void;
};

/** Plans that can be subscribed to. */
export function Offers({ offers, taken, onChanged }: OffersProps) {
  const t = usePlanWords();
  const [chosen, setChosen] = useState<{ readonly offer: Offer; readonly key: string }>();
  if (offers.length === 0) return null;
  return (
    <section aria-label={t('offers.title')} className="grid gap-3">
      <h2 className="text-sm font-semibold">{t('offers.title')}</h2>
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {offers.map((offer) => (
          <li key={offer.id} className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4">
            <OfferWords offer={offer} />
            <Button
              look={taken.has(offer.id) ? 'plain' : 'primary'}
              isDisabled={taken.has(offer.id)}
              onPress={() => setChosen({ offer, key: crypto.randomUUID() })}
            >
              {taken.has(offer.id)
                ? t('offers.taken')
                : offer.trialDays > 0
                  ? t('offers.try', { count: offer.trialDays })
                  : t('offers.take')}
            </Button>
          </li>
        ))}
      </ul>
      {chosen !== undefined && (
        <TakeOffer
          key={chosen.key}
          offer={chosen.offer}
          idempotencyKey={chosen.key}
          onClose={() => setChosen(undefined)}
          onChanged={onChanged}
        />
      )}
    </section>
  );
}

function OfferWords({ offer }: { readonly offer: Offer }) {
  const t = usePlanWords();
  const facts = [
    allowanceWords(t, offer),
    t(offer.overflow ? 'left.overflow' : 'left.stops'),
    ...(offer.rollover ? [t('offers.rollover')] : []),
    ...(offer.models === null ? [] : [t('offers.models', { models: offer.models.join(', ') })]),
  ];
  return (
    <div className="grid grow content-start gap-1">
      <h3 className="font-medium">{offer.name}</h3>
      <p className="text-lg font-semibold tabular-nums">{priceWords(t, offer)}</p>
      {offer.description !== '' && <p className="text-small text-muted">{offer.description}</p>}
      <ul className="mt-1 grid list-disc gap-0.5 ps-4 text-small">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </div>
  );
}
