import { userPatchSchema, type UserView } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormNumber, FormSelect, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { ReasonField } from '../../components/form/reason-field.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useMe, useRights } from '../../lib/session.ts';
import { useRoleChoices } from './use-role-choices.ts';
import { useUserWords } from './words.ts';

const schema = userPatchSchema
  .pick({ name: true, role: true, group: true, requestsPerMinute: true, tokensPerMinute: true, concurrent: true })
  .required();

/** Name, role, group and limits of somebody. */
export function EditUser({ user }: { readonly user: UserView }) {
  const t = useUserWords();
  const queries = useQueryClient();
  const rights = useRights();
  const { user: me } = useMe();
  const groups = useOperation('groups.list');
  const [reason, setReason] = useState('');
  const roleChoices = useRoleChoices(user.role);
  const form = useSchemaForm({
    schema,
    values: {
      name: user.name,
      role: user.role,
      group: user.group,
      requestsPerMinute: user.requestsPerMinute,
      tokensPerMinute: user.tokensPerMinute,
      concurrent: user.concurrent,
    },
    send: async ({ role, ...rest }) => {
      // The role is root's to give, and is not sent by others.
      const body = role === user.role ? rest : { ...rest, role };
      await api.call('users.update', { params: { id: user.id }, body, reason });
      setReason('');
      for (const name of ['users.list', 'users.read', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      showToast({ title: t('edit.saved') });
    },
  });
  const names = new Set([user.group, ...(groups.data?.data ?? []).map(({ name }) => name)]);
  return (
    <Form form={form} failed={t('edit.failed')} label={t('tab.account')} className="grid gap-4">
      <Card
        title={t('edit.title')}
        {...(rights.may('users:write') && {
          footer: (
            <Button
              look="primary"
              type="submit"
              busy={form.formState.isSubmitting}
              isDisabled={!form.formState.isDirty}
            >
              {t('edit.save')}
            </Button>
          ),
        })}
      >
        <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3">
          <FormText form={form} name="name" label={t('field.name')} />
          <FormSelect
            form={form}
            name="group"
            label={t('field.group')}
            choices={[...names].map((name) => ({ value: name, label: name }))}
          />
          <FormSelect
            form={form}
            name="role"
            label={t('field.role')}
            disabled={!rights.may('administrators:write') || me.id === user.id}
            help={t('field.roleHelp')}
            choices={roleChoices}
          />
          <FormNumber
            form={form}
            name="requestsPerMinute"
            label={t('field.requestsPerMinute')}
            help={t('field.limitHelp')}
            min={1}
          />
          <FormNumber
            form={form}
            name="tokensPerMinute"
            label={t('field.tokensPerMinute')}
            help={t('field.limitHelp')}
            min={1}
            step={1000}
          />
          <FormNumber form={form} name="concurrent" label={t('field.concurrent')} help={t('field.limitHelp')} min={1} />
          {form.formState.isDirty && <ReasonField value={reason} onChange={setReason} />}
        </div>
      </Card>
    </Form>
  );
}
