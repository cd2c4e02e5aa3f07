import type { NoticeTargetView } from '@tollgate/contract/api/notices';
import { Pencil, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { listed } from '../../lib/format.ts';
import { useAction } from '../../lib/operations.ts';
import { EditTarget } from './edit-target.tsx';
import { useNoticeWords } from './words.ts';

type TargetRowProps = {
  readonly target: NoticeTargetView;
  /** What its kind is called. */
  readonly kind: string;
};

/** One target: where it goes, what is told there, and whether it arrives. */
export function TargetRow({ target, kind }: TargetRowProps) {
  const t = useNoticeWords();
  const [editing, setEditing] = useState(false);
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
  const events = target.events.map((event) => t(`event.${event}`));
  return (
    <li className="flex items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-0 max-sm:flex-col max-sm:items-stretch">
      <EditTarget target={target} open={editing} onClose={() => setEditing(false)} />
      <div className="min-w-0 grow">
        <p className="font-medium">{target.name}</p>
        <p className="text-small text-muted wrap-anywhere">
          {kind} · {target.hint}
        </p>
        <p className="text-small text-muted">{events.length === 0 ? t('nothingTold') : listed(events)}</p>
      </div>
      <div className="flex shrink-0 items-center gap-2">
        <Switch
          label={t('enabled')}
          value={target.enabled}
          onChange={(enabled) => void update.run({ params, body: { enabled } })}
        />
        <span className="w-2 max-sm:grow" />
        <Button icon={Send} busy={test.busy} onPress={() => void send()}>
          {t('test')}
        </Button>
        <IconButton icon={Pencil} label={t('edit')} onPress={() => setEditing(true)} />
        <IconButton icon={Trash2} label={t('remove')} onPress={() => void remove.run({ params })} />
      </div>
    </li>
  );
}
