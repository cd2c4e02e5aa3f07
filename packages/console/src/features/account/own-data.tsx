import type { AccountExportView } from '@tollgate/contract/api/privacy';
import { Download, FileDown, Trash2 } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { bytes, relativeMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { saveFile } from '../../lib/save-file.ts';
import { EndAccount } from './end-account.tsx';
import { useAccountWords } from './words.ts';

const isOpen = ({ state }: AccountExportView): boolean => state === 'waiting' || state === 'running';

/** A file of all that is kept of one, and the end of the account. */
export function OwnData() {
  const t = useAccountWords();
  const list = useOperation('accountExports.list', {});
  const files = list.data?.data ?? [];
  useOperation('accountExports.list', {}, { enabled: files.some(isOpen), refreshMs: 1000 });
  const create = useAction('accountExports.create', { invalidates: ['accountExports.list'] });
  const remove = useAction('accountExports.delete', { invalidates: ['accountExports.list'] });
  const error = create.error ?? remove.error ?? list.error;
  return (
    <Card title={t('data.title')} description={t('data.what')}>
      <div className="grid gap-3">
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-48 flex-1 text-small text-muted">{t('data.exportWhat')}</p>
          <Button
            size="small"
            icon={FileDown}
            busy={create.busy}
            isDisabled={files.some(isOpen)}
            onPress={() => void create.run({ body: {} })}
          >
            {t('data.export')}
          </Button>
        </div>
        {error !== null && <ErrorNotice title={t('data.failed')} error={error} />}
        {files.length > 0 && (
          <ul className="border-t border-line" aria-label={t('data.title')}>
            {files.map((file) => (
              <Copy key={file.id} file={file} onRemove={() => void remove.run({ params: { id: file.id } })} />
            ))}
          </ul>
        )}
        <EndAccount />
      </div>
    </Card>
  );
}

function Copy({ file, onRemove }: { readonly file: AccountExportView; readonly onRemove: () => void }) {
  const t = useAccountWords();
  const download = async (): Promise<void> => {
    try {
      const { name, content } = await api.file('accountExports.download', { params: { id: file.id } });
      saveFile(name, 'application/json', content);
    } catch (thrown) {
      showToast({ tone: 'danger', title: t('data.failed'), error: errorOf(thrown) });
    }
  };
  return (
    <li className="flex items-center gap-2 border-b border-line py-1.5 text-small">
      <span className="min-w-0 grow">
        {isOpen(file)
          ? t('data.making')
          : file.state === 'failed'
            ? t('data.broken')
            : t('data.until', { size: bytes(file.bytes), when: relativeMoment(file.expiresAt, Date.now()) })}
        {file.truncated && <span className="block text-xs text-warn">{t('data.cut')}</span>}
      </span>
      {file.state === 'done' && (
        <Button size="small" icon={Download} onPress={() => void download()}>
          {t('data.download')}
        </Button>
      )}
      <IconButton size="small" icon={Trash2} label={t('data.remove')} onPress={onRemove} />
    </li>
  );
}
