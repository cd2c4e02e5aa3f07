import { useState } from 'react';
import { Dialog } from '../../components/ui/dialog.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { FileDrop } from '../../components/ui/file-drop.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { usdRounded } from '../../lib/money.ts';
import { useReconciliationWords } from './words.ts';

type UploadInvoiceProps = {
  /** The account's id; undefined closes the dialog. */
  readonly account: string | undefined;
  readonly onClose: () => void;
  readonly onTaken: () => void;
};

/** Takes what an invoice charges from a CSV file. */
export function UploadInvoice({ account, onClose, onTaken }: UploadInvoiceProps) {
  const t = useReconciliationWords();
  const [error, setError] = useState<Error>();
  const close = (): void => {
    setError(undefined);
    onClose();
  };
  const take = async (id: string, file: File): Promise<void> => {
    setError(undefined);
    try {
      const taken = await api.call('billingAccounts.upload', { params: { id }, body: { csv: await file.text() } });
      const { rows, days, amountNanos } = taken;
      showToast({ tone: 'good', title: t('uploaded', { rows, days, amount: usdRounded(BigInt(amountNanos)) }) });
      onTaken();
      close();
    } catch (thrown) {
      setError(errorOf(thrown));
    }
  };
  return (
    <Dialog open={account !== undefined} onClose={close} title={t('upload')}>
      <div className="grid gap-4">
        {error !== undefined && <ErrorNotice title={t('notUploaded')} error={error} />}
        <FileDrop
          label={t('uploadFile')}
          help={t('uploadWhat')}
          accept={['.csv', 'text/csv']}
          onFiles={([file]) => {
            if (file !== undefined && account !== undefined) void take(account, file);
          }}
        />
      </div>
    </Dialog>
  );
}
