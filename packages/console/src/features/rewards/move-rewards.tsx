import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { freshId } from '../../lib/fresh-id.ts';
import { usd } from '../../lib/money.ts';
import { useAction } from '../../lib/operations.ts';
import { useRewardWords } from './words.ts';

type MoveRewardsProps = { readonly availableNanos: string; readonly earnedNanos: string };

/** What the rewards have come to, and their way into the wallet. */
export function MoveRewards({ availableNanos, earnedNanos }: MoveRewardsProps) {
  const t = useRewardWords();
  // One key until it is done: pressing again after the connection broke moves nothing twice.
  const [idempotencyKey, setKey] = useState(() => freshId());
  const move = useAction('rewards.transfer', {
    invalidates: ['invitations.read', 'wallet.read', 'statement.read', 'session.read'],
    failed: t('move.failed'),
    done: ({ balanceNanos }) => {
      setKey(freshId());
      return { title: t('move.done'), detail: t('move.balance', { amount: usd(BigInt(balanceNanos)) }) };
    },
  });
  const available = BigInt(availableNanos);
  return (
    <Card
      title={t('move.title')}
      footer={
        <Button
          look="primary"
          busy={move.busy}
          isDisabled={available <= 0n}
          onPress={() => void move.run({ body: { idempotencyKey } })}
        >
          {t('move.action')}
        </Button>
      }
    >
      <p className="text-2xl font-semibold tracking-tight tabular-nums">{usd(available)}</p>
      <p className="mt-1 text-small text-muted">{t('move.earned', { amount: usd(BigInt(earnedNanos)) })}</p>
    </Card>
  );
}
