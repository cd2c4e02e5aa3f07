import type { ChannelView } from '@tollgate/contract/api/configuration';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { SortableList } from '../../../components/ui/sortable-list.tsx';
import { showToast } from '../../../components/ui/toast-queue.ts';
import { api } from '../../../lib/api.ts';
import { stillAsLeft } from '../still-as-left.ts';
import { useUpdateChannel } from '../use-update-channel.ts';
import { useChannelWords } from '../words.ts';
import { changesOfOrder, put, type Placed } from './order.ts';

type OrderDialogProps = { readonly channels: readonly ChannelView[]; readonly onClose: () => void };
type Change = ReturnType<typeof changesOfOrder>[number];

/** In which order channels are tried: dragged or moved, shown as priorities before they are saved, and taken back. */
export default function OrderDialog({ channels, onClose }: OrderDialogProps) {
  const t = useChannelWords();
  const update = useUpdateChannel();
  // What others change meanwhile does not move what is being dragged.
  const [before] = useState(() => channels.map(placedOf));
  const [list, setList] = useState<readonly Placed[]>(before);
  const [stuck, setStuck] = useState(false);
  const [busy, setBusy] = useState(false);
  const names = new Map(channels.map(({ id, name }) => [id, name]));
  const former = new Map(before.map(({ id, priority }) => [id, priority]));
  const changes = changesOfOrder(before, list);
  const write = async (which: readonly Change[], side: 'from' | 'to'): Promise<readonly Change[]> => {
    const done: Change[] = [];
    for (const change of which)
      if (await update.run({ params: { id: change.id }, body: { priority: change[side] } })) done.push(change);
    return done;
  };
  const takeBack = async (done: readonly Change[]): Promise<void> => {
    const made = done.map((change) => ({ ...change, patch: { priority: change.to } }));
    const free = stillAsLeft(made, (await api.call('channels.list', { query: {} })).data);
    await write(free, 'from');
    if (free.length < done.length) showToast({ title: t('bulk.changedSince', { count: done.length - free.length }) });
  };
  const save = async (): Promise<void> => {
    setBusy(true);
    const done = await write(changes, 'to');
    setBusy(false);
    if (done.length > 0) showToast({ title: t('order.done', { count: done.length }), undo: () => void takeBack(done) });
    if (done.length === changes.length) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      dismissable={changes.length === 0}
      title={t('order.title')}
      description={t('order.what')}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button look="primary" busy={busy} isDisabled={changes.length === 0} onPress={() => void save()}>
            {t('order.save', { count: changes.length })}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {stuck && <Notice tone="warn" title={t('order.stuck')} />}
        <SortableList
          label={t('order.title')}
          items={list}
          idOf={({ id }) => id}
          nameOf={({ id }) => names.get(id) ?? id}
          isFixed={({ fixed }) => fixed}
          onMove={(id, to) => {
            const next = put(list, id, to);
            setStuck(next === undefined);
            if (next !== undefined) setList(next);
          }}
        >
          {({ id, priority, fixed }) => (
            <span className="flex items-center gap-2">
              <span className="min-w-0 grow truncate">{names.get(id)}</span>
              {fixed && <Badge>{t('ownedByFile')}</Badge>}
              <span className="text-small text-muted tabular-nums">
                {former.get(id) === priority ? priority : `${former.get(id) ?? ''} → ${priority}`}
              </span>
            </span>
          )}
        </SortableList>
      </div>
    </Dialog>
  );
}

const placedOf = ({ id, priority, owner }: ChannelView): Placed => ({ id, priority, fixed: owner !== null });
