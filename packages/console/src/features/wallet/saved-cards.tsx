import { useQueryClient } from '@tanstack/react-query';
import { CreditCard, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { cardText } from '../../lib/card-text.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { AutoTopUp } from './auto-top-up.tsx';
import { useWalletWords } from './words.ts';

type Method = Answer<'wallet.methods'>['data'][number];
type SavedCard = Answer<'wallet.cards'>['data'][number];

/** One's cards at the methods that keep some, and topping up by one of them. Nothing where no method does. */
export function SavedCards({ methods }: { readonly methods: readonly Method[] }) {
  const t = useWalletWords();
  const keeping = methods.filter(({ savesCards }) => savesCards);
  const list = useOperation('wallet.cards', undefined, { enabled: keeping.length > 0 });
  if (keeping.length === 0) return null;
  const cards = list.data?.data;
  return (
    <Card title={t('cards.title')}>
      <div className="grid gap-3">
        {cards === undefined ? (
          list.error === null ? (
            <SkeletonRows rows={2} />
          ) : (
            <ErrorNotice title={t('cards.unread')} error={list.error} />
          )
        ) : (
          <>
            {cards.length === 0 && <p className="text-small text-muted">{t('cards.none')}</p>}
            <Kept cards={cards} />
            {keeping.map((method) => (
              <AddCard key={method.id} method={method} named={keeping.length > 1} />
            ))}
            <AutoTopUp cards={cards} />
          </>
        )}
      </div>
    </Card>
  );
}

function Kept({ cards }: { readonly cards: readonly SavedCard[] }) {
  const t = useWalletWords();
  const [removed, setRemoved] = useState<SavedCard>();
  const queries = useQueryClient();
  if (cards.length === 0) return null;
  return (
    <>
      <ul className="grid gap-1">
        {cards.map((card) => (
          <li key={card.id} className="flex items-center gap-2">
            <CreditCard aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="min-w-0 grow truncate">{cardText(card)}</span>
            <span className="text-small text-muted tabular-nums">{card.expires.replace('-', '/')}</span>
            <IconButton
              icon={Trash2}
              label={t('cards.remove', { card: cardText(card) })}
              onPress={() => setRemoved(card)}
            />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={removed !== undefined}
        onClose={() => setRemoved(undefined)}
        title={t('cards.removeTitle')}
        action={t('cards.removeAction')}
        onConfirm={async () => {
          if (removed === undefined) return;
          await api.call('wallet.removeCard', { query: { methodId: removed.methodId, cardId: removed.id } });
          for (const name of ['wallet.cards', 'wallet.autoTopUp'])
            await queries.invalidateQueries({ queryKey: [name] });
        }}
      >
        {t('cards.removeWhat', { card: removed === undefined ? '' : cardText(removed) })}
      </ConfirmDialog>
    </>
  );
}

/** Leads to the provider's page, which leads back. */
function AddCard({ method, named }: { readonly method: Method; readonly named: boolean }) {
  const t = useWalletWords();
  const add = useAction('wallet.addCard', { failed: t('cards.addFailed') });
  return (
    <Button
      busy={add.busy}
      onPress={() =>
        void add.run({ body: { methodId: method.id } }).then((begun) => {
          if (begun !== undefined) window.location.assign(begun.answer.url);
        })
      }
    >
      {named ? t('cards.addAt', { method: method.name }) : t('cards.add')}
    </Button>
  );
}
