import { choicesOf, ownAccount, permissionNames, type Permission, type Reach } from '@tollgate/contract/permissions';
import { useState } from 'react';
import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { ReasonField } from '../../components/form/reason-field.tsx';
import { ReachTable, type ReachChoice } from '../../components/rights/reach-table.tsx';
import { AskingButton } from '../../components/ui/asking-button.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useAction } from '../../lib/operations.ts';
import { useRoleWords } from './words.ts';

type Role = Answer<'roles.list'>['data'][number];

type EditProps<R> = {
  readonly role: R;
  /** What a new role begins with: what everybody has. */
  readonly base: Role['permissions'];
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

/** Makes a role, or changes what one may do. */
export function EditRole({ role, ...rest }: EditProps<Role | 'new' | undefined>) {
  const t = useRoleWords();
  const thing = role === undefined || role === 'new' ? role : { ...role, id: role.name };
  return (
    <EditDrawer thing={thing} create={t('create')} onClose={rest.onClose}>
      {(edited) => <RoleForm role={edited} {...rest} />}
    </EditDrawer>
  );
}

const choosable = permissionNames.filter((name) => choicesOf(name).length > 0 && !ownAccount.has(name));

/** With what one may do with one’s own account, which every role has, left out. */
const chosenOf = (permissions: Role['permissions']): Partial<Record<Permission, Reach>> =>
  Object.fromEntries(choosable.flatMap((name) => (permissions[name] === undefined ? [] : [[name, permissions[name]]])));

function RoleForm({ role, base, onClose, onSaved }: EditProps<Role | undefined>) {
  const t = useRoleWords();
  const [reason, setReason] = useState('');
  const form = useDraft({
    first: () => ({
      name: role?.name ?? '',
      description: role?.description ?? '',
      permissions: chosenOf(role?.permissions ?? base),
    }),
    send: ({ name, ...body }) =>
      role === undefined
        ? api.call('roles.create', { body: { name, ...body } })
        : api.call('roles.update', { params: { name: role.name }, body, reason }),
    onSaved: () => {
      onSaved();
      onClose();
    },
  });
  const { draft, edit } = form;
  const put = (permission: Permission, value: ReachChoice): void => {
    const { [permission]: _, ...others } = draft.permissions;
    edit({ permissions: value === 'own' || value === 'any' ? { ...others, [permission]: value } : others });
  };
  return (
    <DraftForm
      form={form}
      failed={t('notSaved')}
      onCancel={onClose}
      ready={draft.name !== ''}
      aside={role?.people === 0 && <Remove name={role.name} onClose={onClose} onSaved={onSaved} />}
    >
      {role === undefined && (
        <TextField
          label={t('name')}
          help={t('nameHelp')}
          value={draft.name}
          onChange={(name) => edit({ name })}
          maxLength={20}
          isRequired
        />
      )}
      <TextField
        label={t('description')}
        value={draft.description}
        onChange={(description) => edit({ description })}
        maxLength={200}
      />
      {role !== undefined && <ReasonField value={reason} onChange={setReason} />}
      <ReachTable
        label={t('matrix')}
        permissions={choosable}
        valueOf={(permission) => draft.permissions[permission] ?? 'none'}
        onChange={put}
      />
    </DraftForm>
  );
}

type RemoveProps = { readonly name: string } & Pick<EditProps<never>, 'onClose' | 'onSaved'>;

function Remove({ name, onClose, onSaved }: RemoveProps) {
  const t = useRoleWords();
  const remove = useAction('roles.delete', { invalidates: ['roles.list'], failed: t('notRemoved') });
  return (
    <AskingButton
      action={t('remove')}
      title={t('removeTitle', { name })}
      onConfirm={async () => {
        if ((await remove.run({ params: { name } })) === undefined) return;
        onSaved();
        onClose();
      }}
    >
      {t('removeWhat')}
    </AskingButton>
  );
}
