import type { UserView } from '@tollgate/contract/api/people';
import { deletionInputSchema } from '@tollgate/contract/api/privacy';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { calendarDay } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { callOf } from '../../lib/person.ts';
import { useRights } from '../../lib/session.ts';
import { useUserWords } from './words.ts';

const touched = ['users.list', 'users.read', 'users.readDeletion', 'audit.list'] as const;

/** Says above somebody's page that they are to be deleted, or were. */
export function EndOfUser({ user }: { readonly user: UserView }) {
  const t = useUserWords();
  const rights = useRights();
  const deletion = useOperation('users.readDeletion', { params: { id: user.id } }).data?.deletion ?? null;
  const keep = useAction('users.undoDeletion', {
    invalidates: touched,
    failed: t('end.notKept'),
    done: () => ({ title: t('end.kept') }),
  });
  if (deletion === null) return null;
  const { erasedAt, dueAt, own, reason, waitsFor } = deletion;
  if (erasedAt !== null)
    return (
      <div className="mb-4">
        <Notice tone="info" title={t('end.erased', { when: calendarDay(erasedAt) })}>
          {t('end.erasedWhat')}
        </Notice>
      </div>
    );
  return (
    <div className="mb-4">
      <Notice
        tone="warn"
        title={t('end.due', { when: calendarDay(dueAt) })}
        actions={
          rights.may('users:write') && (
            <Button size="small" busy={keep.busy} onPress={() => void keep.run({ params: { id: user.id } })}>
              {t('end.keep')}
            </Button>
          )
        }
      >
        {own ? t('end.asked') : t('end.because', { reason })}
        {waitsFor !== null && ` ${t('end.waits', { what: waitsFor })}`}
      </Notice>
    </div>
  );
}

type EndUserProps = {
  readonly user: UserView;
  /** Puts the button where it belongs; not asked while the account cannot be deleted, or is about to be. */
  readonly children: (button: ReactNode) => ReactNode;
};

/** Has somebody's account deleted, for a reason. */
export function EndUser({ user, children }: EndUserProps) {
  const t = useUserWords();
  const [open, setOpen] = useState(false);
  const state = useOperation('users.readDeletion', { params: { id: user.id } });
  if (state.data === undefined || state.data.deletion !== null) return null;
  const { graceDays, hindrance } = state.data;
  const close = (): void => setOpen(false);
  return (
    <>
      {children(
        <Button size="small" look="danger" onPress={() => setOpen(true)}>
          {t('end.action')}
        </Button>,
      )}
      <Dialog open={open} onClose={close} title={t('end.title', { name: callOf(user) })}>
        {hindrance === null ? (
          <EndForm user={user} graceDays={graceDays} onClose={close} />
        ) : (
          <Notice tone="warn" title={t('end.failed')}>
            {hindrance.message}
          </Notice>
        )}
      </Dialog>
    </>
  );
}

function EndForm({
  user,
  graceDays,
  onClose,
}: {
  readonly user: UserView;
  readonly graceDays: number;
  readonly onClose: () => void;
}) {
  const t = useUserWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: deletionInputSchema,
    values: { reason: '' },
    messages: { reason: t('end.reasonNeeded') },
    send: async (body) => {
      await api.call('users.requestDeletion', { params: { id: user.id }, body });
      for (const name of touched) await queries.invalidateQueries({ queryKey: [name] });
      showToast({ title: t('end.done') });
      onClose();
    },
  });
  return (
    <Form form={form} failed={t('end.failed')} label={t('end.action')}>
      <p className="text-muted">{t('end.what', { count: graceDays })}</p>
      <FormText form={form} name="reason" label={t('end.reason')} help={t('end.reasonHelp')} maxLength={300} required />
      <FormActions onCancel={onClose} action={t('end.action')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
