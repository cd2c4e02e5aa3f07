import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { NumberField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TextArea } from '../../components/ui/text-field.tsx';
import { api } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useVideoWords } from './words.ts';

type Failure = { readonly error?: { readonly message?: string } };

/** Has a video made as a key of one's own: it costs what it would cost an application. */
export function MakeVideo({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useVideoWords();
  const queries = useQueryClient();
  const [keyId, setKeyId] = useState<string | null>(null);
  const [chosen, setModel] = useState<string | null>(null);
  const [prompt, setPrompt] = useState('');
  const [seconds, setSeconds] = useState<number | null>(null);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const keys = useOperation('keys.list', { query: { limit: 100 } }, { enabled: open });
  const usable = keys.data?.data.filter(({ enabled }) => enabled) ?? [];
  const key = keyId ?? usable[0]?.id ?? '';
  const effective = useOperation('keys.effective', { params: { id: key } }, { enabled: open && key !== '' });
  const models =
    effective.data?.models.data.filter(({ operations }) => operations === null || operations.includes('videos')) ?? [];
  const model = chosen ?? models[0]?.name ?? null;
  const make = async (): Promise<void> => {
    if (model === null || prompt.trim() === '') return;
    setBusy(true);
    setFailure('');
    try {
      const body = { model, prompt: prompt.trim(), ...(seconds !== null && { seconds: `${seconds}` }) };
      const response = await api.relay('playground.video', { params: { id: key }, body });
      if (!response.ok) {
        setFailure(((await response.json()) as Failure).error?.message ?? `HTTP ${response.status}`);
        return;
      }
      setPrompt('');
      onClose();
      await queries.invalidateQueries({ queryKey: ['videos.list'] });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('make')}
      description={t('makeWhat')}
      dismissable={prompt === ''}
      actions={
        <Button look="primary" isDisabled={busy || model === null || prompt.trim() === ''} onPress={() => void make()}>
          {t('begin')}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        {failure !== '' && <Notice tone="danger" title={failure} />}
        {keys.data !== undefined && usable.length === 0 && <Notice tone="warn" title={t('noKey')} />}
        {effective.data !== undefined && models.length === 0 && <Notice tone="warn" title={t('noModels')} />}
        {usable.length > 1 && (
          <Select
            label={t('key')}
            choices={usable.map(({ id, name }) => ({ value: id, label: name }))}
            value={key}
            onChange={setKeyId}
          />
        )}
        <Select
          label={t('model')}
          choices={models.map(({ name }) => ({ value: name, label: name }))}
          value={model}
          onChange={setModel}
        />
        <TextArea label={t('prompt')} rows={3} value={prompt} onChange={setPrompt} />
        <NumberField label={t('lengthSeconds')} value={seconds} onChange={setSeconds} min={1} max={60} />
      </div>
    </Dialog>
  );
}
