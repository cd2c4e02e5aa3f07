import { Ticket } from 'lucide-react';
import { count } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { isPayer, type Payer, type RequestView } from './request-view.ts';
import { useRequestWords } from './words.ts';

/** Who paid for a request, one line each in the order in which they paid, and below it what it was counted against. */
export function Payers({ request: { paidBy } }: { readonly request: RequestView }) {
  const t = useRequestWords();
  if (paidBy.length === 0) return null;
  const counted = paidBy.filter((one) => !isPayer(one));
  return (
    <section aria-label={t('payer.title')}>
      <h2 className="mb-2 text-small font-semibold">{t('payer.title')}</h2>
      <ul className="grid gap-1.5 text-small">
        {paidBy.filter(isPayer).map((payer) => (
          <li key={`${payer.kind}${payer.id}`} className="flex justify-between gap-3">
            <PayerName payer={payer} />
            <PayerAmount payer={payer} />
          </li>
        ))}
      </ul>
      {counted.length > 0 && (
        <p className="mt-2 flex flex-wrap gap-x-2 text-xs text-muted">
          {t('payer.counted')}
          {counted.map((payer) => (
            <PayerName key={`${payer.kind}${payer.id}`} payer={payer} />
          ))}
        </p>
      )}
    </section>
  );
}

/** A sign beside an amount that something else than the wallet paid for, in whole or in part. */
export function PayerSign({ request }: { readonly request: RequestView }) {
  const words = usePayerWords();
  const payers = request.paidBy.filter(isPayer);
  if (payers.every(({ kind }) => kind === 'wallet')) return null;
  const label = payers.map((payer) => `${words.name(payer)} ${words.amount(payer)}`).join(' · ');
  return (
    <span title={label}>
      <Ticket aria-hidden className="me-1 inline size-3.5 align-[-0.15em] text-muted" />
      <span className="sr-only">{label} </span>
    </span>
  );
}

/** The names of who paid, as text. */
export function PayerNames({ request }: { readonly request: RequestView }) {
  const words = usePayerWords();
  return <span className="text-muted">{request.paidBy.filter(isPayer).map(words.name).join(' + ') || '–'}</span>;
}

const PayerName = ({ payer }: { readonly payer: Payer }) => <span>{usePayerWords().name(payer)}</span>;

const PayerAmount = ({ payer }: { readonly payer: Payer }) => (
  <span className="font-medium tabular-nums">{usePayerWords().amount(payer)}</span>
);

/** What payers are called, and what they gave. */
export function usePayerWords() {
  const t = useRequestWords();
  return {
    name: ({ kind, name }: Pick<Payer, 'kind' | 'name'>): string =>
      name === null ? t(`payer.${kind}`) : t(`payer.named.${namedAs(kind)}`, { name }),
    amount: ({ unit, amount }: Pick<Payer, 'unit' | 'amount'>): string =>
      unit === 'money'
        ? usd(BigInt(amount))
        : t(unit === 'tokens' ? 'payer.tokens' : 'payer.requests', {
            count: Number(amount),
            text: count(Number(amount)),
          }),
  };
}

const namedAs = (kind: Payer['kind']) =>
  kind === 'team' ? 'team' : kind === 'allowance' ? 'plan' : kind === 'credit' ? 'credit' : 'budget';
