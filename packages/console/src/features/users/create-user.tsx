import { userInputSchema } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { FormPassword, FormSelect, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Drawer } from '../../components/ui/dialog.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useRoleChoices } from './use-role-choices.ts';
import { useUserWords } from './words.ts';

type CreateUserProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (user: Answer<'users.create'>) => void;
};

/** An account for somebody, with a first password that they change. */
export function CreateUser({ open, onClose, onCreated }: CreateUserProps) {
  const t = useUserWords();
  return (
    <Drawer open={open} onClose={onClose} title={t('create.title')}>
      <CreateForm
        onCancel={onClose}
        onCreated={(user) => {
          onClose();
          onCreated(user);
        }}
      />
    </Drawer>
  );
}

function CreateForm({ onCancel, onCreated }: { readonly onCancel: () => void } & Pick<CreateUserProps, 'onCreated'>) {
  const t = useUserWords();
  const queries = useQueryClient();
  const groups = useOperation('groups.list');
  const form = useSchemaForm({
    schema: userInputSchema,
    values: { email: undefined, username: undefined, password: '', name: undefined, role: 'user', group: undefined },
    send: async (body) => {
      const user = await api.call('users.create', { body });
      await queries.invalidateQueries({ queryKey: ['users.list'] });
      onCreated(user);
    },
  });
  const roles = useRoleChoices('user');
  const gives = useRights().may('administrators:write');
  return (
    <Form form={form} failed={t('create.failed')} label={t('create.title')}>
      <FormText
        form={form}
        name="email"
        type="email"
        label={t('field.email')}
        help={t('field.emailHelp')}
        autoComplete="off"
        empty={undefined}
        autoFocus
      />
      <FormText form={form} name="username" label={t('field.username')} autoComplete="off" empty={undefined} />
      <FormText form={form} name="name" label={t('field.name')} help={t('field.nameHelp')} empty={undefined} />
      <FormPassword
        form={form}
        name="password"
        label={t('field.password')}
        help={t('field.passwordHelp')}
        autoComplete="new-password"
        required
      />
      <FormSelect
        form={form}
        name="role"
        label={t('field.role')}
        choices={gives ? roles : roles.filter(({ value }) => value === 'user')}
      />
      <FormSelect
        form={form}
        name="group"
        label={t('field.group')}
        help={t('field.groupHelp')}
        choices={(groups.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))}
      />
      <FormActions onCancel={onCancel} action={t('create.action')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
