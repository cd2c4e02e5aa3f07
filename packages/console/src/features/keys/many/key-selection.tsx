import type { KeyView } from '@tollgate/contract/api/keys';
import { Ban, CircleCheck, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/confirm-dialog.tsx';
import { showToast } from '../../../components/ui/toast-queue.ts';
import { useAction } from '../../../lib/operations.ts';
import { useKeyWords } from '../words.ts';
import { EditKeys } from './edit-keys.tsx';
import type { Step } from './many-keys.ts';

/** What can be done with the keys that are chosen. */
export function KeySelection({ keys, onDone }: { readonly keys: readonly KeyView[]; readonly onDone: () => void }) {
  const t = useKeyWords();
  const [asking, setAsking] = useState<'edit' | 'revoke'>();
  const change = useChangeKeys();
  const revoke = useAction('keys.delete', { invalidates: ['keys.list', 'audit.list'] });
  const switchAll = (enabled: boolean): void =>
    void change(
      keys
        .filter((key) => key.enabled !== enabled)
        .map((key) => ({ key, patch: { enabled }, undo: { enabled: !enabled } })),
    );
  return (
    <>
      <Button size="small" icon={CircleCheck} onPress={() => switchAll(true)}>
        {t('enable')}
      </Button>
      <Button size="small" icon={Ban} onPress={() => switchAll(false)}>
        {t('disable')}
      </Button>
      <Button size="small" icon={Pencil} onPress={() => setAsking('edit')}>
        {t('many.edit')}
      </Button>
      <Button size="small" look="danger" icon={Trash2} onPress={() => setAsking('revoke')}>
        {t('revoke.action')}
      </Button>
      {asking === 'edit' && <EditKeys keys={keys} onClose={() => setAsking(undefined)} onChange={change} />}
      <ConfirmDialog
        open={asking === 'revoke'}
        onClose={() => setAsking(undefined)}
        title={t('many.revokeTitle', { count: keys.length })}
        action={t('revoke.action')}
        typed={String(keys.length)}
        onConfirm={async () => {
          let done = 0;
          for (const { id } of keys) if (await revoke.run({ params: { id } })) done += 1;
          if (done < keys.length) throw new Error(t('many.notAllRevoked', { count: keys.length - done }));
          onDone();
        }}
      >
        {t('revoke.what')}
      </ConfirmDialog>
    </>
  );
}

/** Changes keys one after the other, and offers to take back what was changed. Resolves to whether all were. */
function useChangeKeys(): (steps: readonly Step[]) => Promise<boolean> {
  const t = useKeyWords();
  const update = useAction('keys.update', {
    invalidates: ['keys.list', 'keys.read', 'keys.effective', 'audit.list'],
    failed: t('notChanged'),
  });
  const run = async (what: 'patch' | 'undo', steps: readonly Step[]): Promise<readonly Step[]> => {
    const done: Step[] = [];
    for (const step of steps) if (await update.run({ params: { id: step.key.id }, body: step[what] })) done.push(step);
    return done;
  };
  return async (steps) => {
    const done = await run('patch', steps);
    if (done.length > 0)
      showToast({ title: t('many.changed', { count: done.length }), undo: () => void run('undo', done) });
    return done.length === steps.length;
  };
}
