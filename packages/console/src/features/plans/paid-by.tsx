import { Select } from '../../components/ui/select.tsx';
import type { Answer } from '../../lib/api.ts';
import { cardText } from '../../lib/card-text.ts';
import { usePlanWords } from '../../lib/plan-terms.ts';

type SavedCard = Answer<'wallet.cards'>['data'][number];
type Subscription = Answer<'subscriptions.list'>['data'][number];

type PaidByProps = {
  readonly subscription: Subscription;
  readonly cards: readonly SavedCard[];
  readonly onChange: (card: { readonly methodId: string; readonly cardId: string } | null) => void;
};

/** Who pays for the next terms: the wallet, or a saved card. Nothing where no card is saved. */
export function PaidBy({ subscription: { card }, cards, onChange }: PaidByProps) {
  const t = usePlanWords();
  if (cards.length === 0 && card === null) return null;
  const known = cards.map((one) => ({ value: one.id, label: cardText(one) }));
  // One that the provider does not list any more is still what is charged.
  const gone = card !== null && !cards.some(({ id }) => id === card.cardId);
  const choices = [
    { value: '', label: t('paidBy.wallet') },
    ...known,
    ...(gone ? [{ value: card.cardId, label: card.label }] : []),
  ];
  return (
    <Select
      label={t('paidBy.label')}
      choices={choices}
      value={card?.cardId ?? ''}
      onChange={(id) => {
        const chosen = cards.find((one) => one.id === id);
        if (id === '') onChange(null);
        else if (chosen !== undefined) onChange({ methodId: chosen.methodId, cardId: chosen.id });
      }}
    />
  );
}
