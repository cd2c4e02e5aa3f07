import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { DecimalField } from '../../components/ui/number-field.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { useAction } from '../../lib/operations.ts';
import { useStartWords } from './words.ts';

/** An empty wallet refuses every request that costs something; whoever runs the gateway fills their own here. */
export function FillWallet({ userId }: { readonly userId: string }) {
  const t = useStartWords();
  const [amountUsd, setAmount] = useState<string | null>('100');
  const credit = useAction('users.credit', { invalidates: ['users.list'], failed: t('wallet.failed') });
  return (
    <Notice tone="warn" title={t('wallet.empty')}>
      <p>{t('wallet.what')}</p>
      <form
        className="mt-2 flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (amountUsd === null) return;
          void credit.run({ params: { id: userId }, body: { amountUsd, note: t('wallet.note') } });
        }}
      >
        <div className="w-36">
          <DecimalField label={t('wallet.amount')} unit="USD" value={amountUsd} onChange={setAmount} />
        </div>
        <Button type="submit" busy={credit.busy} isDisabled={amountUsd === null}>
          {t('wallet.fill')}
        </Button>
      </form>
    </Notice>
  );
}
