import { inviteInputSchema } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { FormActions } from '../../components/form/form-actions.tsx';
import { FormNumber, FormSelect, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Secret } from '../../components/snippets/secret.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { calendarDay } from '../../lib/format.ts';
import { useAction, useOperation, usePages } from '../../lib/operations.ts';
import { usePublicAddress, useSite } from '../../lib/site.ts';
import { useUserWords } from './words.ts';

type Made = Answer<'invites.create'>;

/** Leave for somebody to create one account: mailed, or as a link to hand over, which is shown once. Below it, those that are open. */
export function InviteUser({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useUserWords();
  const publicAddress = usePublicAddress();
  return (
    <ShownOnce<Made>
      open={open}
      onClose={onClose}
      title={t('invite.title')}
      done={t('invite.done')}
      ask={({ made, close }) => (
        <>
          <InviteForm onMade={made} onCancel={close} />
          <OpenInvitations />
        </>
      )}
    >
      {({ token, invite }) =>
        token === null ? (
          <p>{t('invite.mailed', { email: invite.email ?? '' })}</p>
        ) : (
          <div className="grid gap-3">
            <p>{t('invite.link', { until: calendarDay(invite.expiresAt) })}</p>
            <Secret text={publicAddress(`sign-up#invite=${token}`)} what={t('invite.what')} />
          </div>
        )
      }
    </ShownOnce>
  );
}

function InviteForm({ onMade, onCancel }: { readonly onMade: (made: Made) => void; readonly onCancel: () => void }) {
  const t = useUserWords();
  const queries = useQueryClient();
  const groups = useOperation('groups.list');
  const mails = useSite().data?.mail === true;
  const form = useSchemaForm({
    schema: inviteInputSchema,
    values: { email: null, group: null, note: '', days: 14 },
    send: async (body) => {
      const made = await api.call('invites.create', { body });
      await queries.invalidateQueries({ queryKey: ['invites.list'] });
      onMade(made);
    },
  });
  return (
    <Form form={form} failed={t('invite.failed')} label={t('invite.title')}>
      {mails && (
        <FormText
          form={form}
          name="email"
          type="email"
          label={t('field.email')}
          help={t('invite.emailHelp')}
          autoComplete="off"
          empty={null}
        />
      )}
      <FormSelect
        form={form}
        name="group"
        label={t('field.group')}
        help={t('field.groupHelp')}
        choices={(groups.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))}
      />
      <FormNumber form={form} name="days" label={t('invite.days')} min={1} max={365} required />
      <FormText form={form} name="note" label={t('invite.note')} maxLength={200} />
      <FormActions onCancel={onCancel} action={t('invite.submit')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

/** Invitations that nobody has used yet. */
function OpenInvitations() {
  const t = useUserWords();
  const list = usePages('invites.list', { query: { limit: 50 } });
  const remove = useAction('invites.delete', { invalidates: ['invites.list'], failed: t('invite.notRemoved') });
  const open = (list.rows ?? []).filter(({ usedAt, expiresAt }) => usedAt === null && expiresAt > Date.now());
  if (open.length === 0) return null;
  return (
    <section className="mt-6 border-t border-line pt-4">
      <h3 className="mb-2 font-medium">{t('invite.open')}</h3>
      <ul className="grid gap-1">
        {open.map(({ id, email, note, expiresAt }) => (
          <li key={id} className="flex items-center gap-2">
            <span className="min-w-0 grow truncate">{email ?? (note === '' ? t('invite.byLink') : note)}</span>
            <span className="text-small text-muted">{t('invite.until', { until: calendarDay(expiresAt) })}</span>
            <IconButton icon={Trash2} label={t('invite.remove')} onPress={() => void remove.run({ params: { id } })} />
          </li>
        ))}
      </ul>
    </section>
  );
}
