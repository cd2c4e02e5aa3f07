import { teamMemberPatchSchema, type TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { FormDecimal, FormRadios } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Notice } from '../../components/ui/notice.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { callOf } from '../../lib/person.ts';
import { actsOn } from './deeds.ts';
import { useRoleChoices } from './use-role-choices.ts';
import { useStanding } from './use-standing.ts';
import { useTeamWords } from './words.ts';

export type Member = Answer<'teams.members'>['data'][number];

type EditMemberProps = {
  readonly team: TeamView;
  readonly member: Member | undefined;
  readonly onClose: () => void;
};

/** Changes what a member may do in the team, and what they may spend in a month. */
export function EditMember({ team, member, onClose }: EditMemberProps) {
  const t = useTeamWords();
  const thing = member && { ...member, id: member.userId, name: callOf(member) };
  return (
    <EditDrawer thing={thing} create={t('member.change')} onClose={onClose}>
      {(edited) => edited !== undefined && <MemberForm team={team} member={edited} onClose={onClose} />}
    </EditDrawer>
  );
}

type MemberFormProps = { readonly team: TeamView; readonly member: Member; readonly onClose: () => void };

function MemberForm({ team, member: { userId, role, limitUsd }, onClose }: MemberFormProps) {
  const t = useTeamWords();
  const queries = useQueryClient();
  const standing = useStanding(team);
  const choices = useRoleChoices(standing);
  const changesRole = actsOn(standing, role);
  const form = useSchemaForm({
    schema: teamMemberPatchSchema,
    values: { role, limitUsd },
    messages: { limitUsd: t('amountForm') },
    send: async (body) => {
      await api.call('teams.changeMember', { params: { id: team.id, userId }, body });
      for (const name of ['teams.members', 'teams.read', 'teams.list', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      onClose();
    },
  });
  return (
    <Form form={form} failed={t('member.notChanged')} label={t('member.change')}>
      {changesRole ? (
        <FormRadios form={form} name="role" label={t('column.role')} choices={choices} />
      ) : (
        <Notice tone="info" title={t('member.ownersOnly')} />
      )}
      <FormDecimal
        form={form}
        name="limitUsd"
        label={t('member.limit')}
        help={t('member.limitHelp')}
        placeholder={t('member.noLimit')}
        unit="USD"
      />
      <FormActions onCancel={onClose} busy={form.formState.isSubmitting} />
    </Form>
  );
}
