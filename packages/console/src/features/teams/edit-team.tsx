import { teamInputSchema, type TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { api } from '../../lib/api.ts';
import { useTeamWords } from './words.ts';

type EditTeamProps = {
  readonly team: TeamView | 'new' | undefined;
  readonly onClose: () => void;
  readonly onSaved?: (team: TeamView) => void;
};

/** Creates a team, or gives one another name. */
export function EditTeam({ team, onClose, onSaved }: EditTeamProps) {
  const t = useTeamWords();
  return (
    <EditDrawer thing={team} create={t('create.action')} onClose={onClose}>
      {(edited) => (
        <TeamForm
          team={edited}
          onCancel={onClose}
          onSaved={(saved) => {
            onClose();
            onSaved?.(saved);
          }}
        />
      )}
    </EditDrawer>
  );
}

type TeamFormProps = {
  readonly team: TeamView | undefined;
  readonly onCancel: () => void;
  readonly onSaved: (team: TeamView) => void;
};

function TeamForm({ team, onCancel, onSaved }: TeamFormProps) {
  const t = useTeamWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: teamInputSchema,
    values: { name: team?.name ?? '' },
    messages: { name: t('create.nameNeeded') },
    send: async (body) => {
      const saved =
        team === undefined
          ? await api.call('teams.create', { body })
          : await api.call('teams.update', { params: { id: team.id }, body });
      for (const name of ['teams.list', 'teams.read', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      onSaved(saved);
    },
  });
  return (
    <Form form={form} failed={t('create.failed')} label={t(team === undefined ? 'create.action' : 'rename')}>
      <FormText
        form={form}
        name="name"
        label={t('create.name')}
        help={t('create.what')}
        autoComplete="off"
        maxLength={100}
        required
        autoFocus
      />
      <FormActions
        onCancel={onCancel}
        action={t(team === undefined ? 'create.action' : 'rename')}
        busy={form.formState.isSubmitting}
      />
    </Form>
  );
}
