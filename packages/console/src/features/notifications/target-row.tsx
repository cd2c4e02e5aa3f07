import type { NoticeTargetView } from '@tollgate/contract/api/notices';
import { Send, Trash2 } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { useAction } from '../../lib/operations.ts';
import { useNoticeWords } from './words.ts';

/** One target: where it goes, what is told there, and whether it arrives. */
export function TargetRow({ target }: { readonly target: NoticeTargetView }) {
  const t = useNoticeWords();
  const params = { id: target.id };
  const test = useAction('notices.test', { failed: t('notSent') });
  const update = useAction('notices.update', { invalidates: ['notices.list'], failed: t('notSaved') });
  const remove = useAction('notices.delete', { invalidates: ['notices.list'], failed: t('notSaved') });
  const send = async () => {
    const result = (await test.run({ params }))?.answer;
    if (result === undefined) return;
    if (result.sent) showToast({ title: t('sent') });
    else showToast({ tone: 'danger', title: t('notSent'), error: new Error(result.said) });
  };
  const told = target.events.map((event) => t(`event.${event}`)).join(', ');
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-0">
      <div className="min-w-48 grow">
        <p className="font-medium">{target.name}</p>
        <p className="text-small text-muted wrap-anywhere">
          {target.kind} · {target.hint}
        </p>
        <p className="text-small text-muted">{told === '' ? t('nothingTold') : told}</p>
      </div>
      <Switch
        label={t('enabled')}
        value={target.enabled}
        onChange={(enabled) => void update.run({ params, body: { enabled } })}
      />
      <Button icon={Send} busy={test.busy} onPress={() => void send()}>
        {t('test')}
      </Button>
      <IconButton icon={Trash2} label={t('remove')} onPress={() => void remove.run({ params })} />
    </li>
  );
}
