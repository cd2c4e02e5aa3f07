import { directoryTokenInputSchema } from '@tollgate/contract/api/team-sign-in';
import { useQueryClient } from '@tanstack/react-query';
import { FormText } from '../../../components/form/fields.tsx';
import { FormActions } from '../../../components/form/form-actions.tsx';
import { Form } from '../../../components/form/form.tsx';
import { ShownOnce } from '../../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../../components/form/use-schema-form.ts';
import { Secret } from '../../../components/snippets/secret.tsx';
import { api, type Answer } from '../../../lib/api.ts';
import { useSignOnWords } from './words.ts';

type Made = Answer<'teams.addDirectoryToken'>;
type AddProps = { readonly teamId: string; readonly open: boolean; readonly onClose: () => void };

/** A token for the directory, shown once. */
export function AddDirectoryToken({ teamId, open, onClose }: AddProps) {
  const t = useSignOnWords();
  return (
    <ShownOnce<Made>
      open={open}
      onClose={onClose}
      title={t('addToken')}
      done={t('tokenDone')}
      ask={({ made, close }) => <TokenForm teamId={teamId} onMade={made} onCancel={close} />}
    >
      {({ token }) => (
        <div className="grid gap-3">
          <p>{t('tokenOnce')}</p>
          <Secret text={token} what={t('token')} />
        </div>
      )}
    </ShownOnce>
  );
}

type TokenFormProps = {
  readonly teamId: string;
  readonly onMade: (made: Made) => void;
  readonly onCancel: () => void;
};

function TokenForm({ teamId, onMade, onCancel }: TokenFormProps) {
  const t = useSignOnWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: directoryTokenInputSchema,
    values: { name: '' },
    send: async (body) => {
      const made = await api.call('teams.addDirectoryToken', { params: { id: teamId }, body });
      await queries.invalidateQueries({ queryKey: ['teams.directory'] });
      onMade(made);
    },
  });
  return (
    <Form form={form} failed={t('tokenNotMade')} label={t('addToken')}>
      <FormText form={form} name="name" label={t('name')} help={t('tokenNameHelp')} maxLength={100} required />
      <FormActions onCancel={onCancel} action={t('makeToken')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
