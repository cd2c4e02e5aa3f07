import { ConfirmDialog } from '../../../components/ui/confirm-dialog.tsx';
import { showToast } from '../../../components/ui/toast-queue.ts';
import { useChannelWords } from '../words.ts';
import { hintsOf } from './use-account-columns.tsx';
import type { AccountRow } from './use-accounts.ts';

type RemoveAccountsProps = {
  /** None: nothing is asked. */
  readonly rows: readonly AccountRow[];
  readonly onClose: () => void;
  readonly onRemove: (indexes: number[]) => Promise<void>;
};

/** Asks before accounts are gone for good, and names them. */
export function RemoveAccounts({ rows, onClose, onRemove }: RemoveAccountsProps) {
  const t = useChannelWords();
  return (
    <ConfirmDialog
      open={rows.length > 0}
      onClose={onClose}
      title={t('accounts.removeTitle', { count: rows.length })}
      action={t('accounts.remove')}
      onConfirm={async () => {
        await onRemove(rows.map(({ index }) => index));
        showToast({ title: t('accounts.removed', { count: rows.length }) });
      }}
    >
      <p>{t('accounts.removeWhat')}</p>
      <ul className="mt-2 max-h-40 overflow-y-auto font-mono text-small">
        {rows.map((account) => (
          <li key={account.id}>{`#${account.index}  ${hintsOf(account)}`}</li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
