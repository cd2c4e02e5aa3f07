import { keyInputSchema } from '@tollgate/contract/api/keys';
import type { TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { FormDecimal, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Secret } from '../../components/snippets/secret.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useTeamWords } from './words.ts';

type Made = Answer<'keys.create'>;

type CreateTeamKeyProps = { readonly team: TeamView; readonly open: boolean; readonly onClose: () => void };

/** Makes a key of one's own that the team pays for; the rest of it is set on its page. */
export function CreateTeamKey({ team, open, onClose }: CreateTeamKeyProps) {
  const t = useTeamWords();
  return (
    <ShownOnce<Made>
      open={open}
      onClose={onClose}
      title={t('key.create')}
      titleOf={({ name }) => name}
      done={t('key.done')}
      ask={({ made, close }) => <KeyForm team={team} onMade={made} onCancel={close} />}
    >
      {({ key }) => (
        <div className="grid gap-3">
          <p>{t('key.once')}</p>
          <Secret text={key} what={t('key.text')} />
        </div>
      )}
    </ShownOnce>
  );
}

const entrySchema = keyInputSchema.pick({ name: true, limitUsd: true });

type KeyFormProps = {
  readonly team: TeamView;
  readonly onMade: (made: Made) => void;
  readonly onCancel: () => void;
};

function KeyForm({ team, onMade, onCancel }: KeyFormProps) {
  const t = useTeamWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { name: '', limitUsd: null },
    messages: { name: t('key.nameNeeded'), limitUsd: t('amountForm') },
    send: async (entry) => {
      const made = await api.call('keys.create', { body: { ...entry, teamId: team.id } });
      for (const name of ['teams.keys', 'teams.members', 'keys.list', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      onMade(made);
    },
  });
  return (
    <Form form={form} failed={t('key.failed')} label={t('key.create')}>
      <FormText
        form={form}
        name="name"
        label={t('column.name')}
        help={t('key.paidBy', { name: team.name })}
        autoComplete="off"
        maxLength={100}
        required
        autoFocus
      />
      <FormDecimal
        form={form}
        name="limitUsd"
        label={t('key.field')}
        help={t('key.limitHelp')}
        placeholder={t('member.noLimit')}
        unit="USD"
      />
      <FormActions onCancel={onCancel} action={t('key.create')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
