import { teamRoles, type TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { FormRadios, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Secret } from '../../components/snippets/secret.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { fullMoment } from '../../lib/format.ts';
import { usePublicAddress, useSite } from '../../lib/site.ts';
import { z } from '../../lib/zod.ts';
import { useRoleChoices } from './use-role-choices.ts';
import { useStanding } from './use-standing.ts';
import { useTeamWords } from './words.ts';

type Made = Answer<'teams.invite'>;

type InviteMemberProps = { readonly team: TeamView; readonly open: boolean; readonly onClose: () => void };

/** A link by which one person gets in, shown once. */
export function InviteMember({ team, open, onClose }: InviteMemberProps) {
  const t = useTeamWords();
  const publicAddress = usePublicAddress();
  return (
    <ShownOnce<Made>
      open={open}
      onClose={onClose}
      title={t('invite.title', { name: team.name })}
      done={t('invite.done')}
      ask={({ made, close }) => <InviteForm team={team} onMade={made} onCancel={close} />}
    >
      {({ token, email, expiresAt }) =>
        token === null ? (
          <p>{t('invite.mailed', { email: email ?? '', until: fullMoment(expiresAt) })}</p>
        ) : (
          <div className="grid gap-3">
            <p>{t('invite.once', { until: fullMoment(expiresAt) })}</p>
            <Secret text={publicAddress(`teams#join=${token}`)} what={t('invite.link')} />
          </div>
        )
      }
    </ShownOnce>
  );
}

// The contract has no note where there is none; a field has an empty one.
const entrySchema = z.object({
  role: z.enum(teamRoles),
  note: z.string().trim().max(100),
  email: z.string().trim().max(254),
});

type InviteFormProps = {
  readonly team: TeamView;
  readonly onMade: (made: Made) => void;
  readonly onCancel: () => void;
};

function InviteForm({ team, onMade, onCancel }: InviteFormProps) {
  const t = useTeamWords();
  const queries = useQueryClient();
  const mails = useSite().data?.mail === true;
  const choices = useRoleChoices(useStanding(team));
  const form = useSchemaForm({
    schema: entrySchema,
    values: { role: 'member', note: '', email: '' },
    send: async ({ role, note, email }) => {
      const body = { role, ...(note !== '' && { note }), ...(email !== '' && { email }) };
      const made = await api.call('teams.invite', { params: { id: team.id }, body });
      for (const name of ['teams.invitations', 'audit.list']) await queries.invalidateQueries({ queryKey: [name] });
      onMade(made);
    },
  });
  return (
    <Form form={form} failed={t('invite.failed')} label={t('invite.action')}>
      <FormRadios form={form} name="role" label={t('column.role')} choices={choices} />
      {mails && (
        <FormText form={form} name="email" type="email" label={t('invite.email')} help={t('invite.emailHelp')} />
      )}
      <FormText form={form} name="note" label={t('invite.note')} help={t('invite.noteHelp')} maxLength={100} />
      <FormActions onCancel={onCancel} action={t('invite.submit')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
