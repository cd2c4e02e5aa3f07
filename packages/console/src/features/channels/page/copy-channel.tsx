import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { TextField } from '../../../components/ui/text-field.tsx';
import { useAction } from '../../../lib/operations.ts';
import { useChannelWords } from '../words.ts';

type CopyChannelProps = { readonly channel: ChannelView; readonly onClose: () => void };

/** Another channel like this one, with its accounts; it is disabled until somebody has looked at it. */
export function CopyChannel({ channel, onClose }: CopyChannelProps) {
  const t = useChannelWords();
  const navigate = useNavigate();
  const [name, setName] = useState(t('copy.nameOf', { name: channel.name }));
  const copy = useAction('channels.copy', { invalidates: ['channels.list', 'channels.health', 'audit.list'] });
  const send = async (): Promise<void> => {
    const done = await copy.run({ params: { id: channel.id }, body: { name: name.trim() } });
    if (done === undefined) return;
    onClose();
    await navigate({ to: '/channels/$id', params: { id: done.answer.id } });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('copy.title', { name: channel.name })}
      description={t('copy.what')}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button look="primary" busy={copy.busy} isDisabled={name.trim() === ''} onPress={() => void send()}>
            {t('copy.action')}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {copy.error !== null && <ErrorNotice focus title={t('copy.failed')} error={copy.error} />}
        <TextField label={t('create.name')} maxLength={80} value={name} onChange={setName} autoFocus />
      </div>
    </Dialog>
  );
}
