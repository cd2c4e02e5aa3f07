import { channelPatchSchema, type ChannelView } from '@tollgate/contract/api/configuration';
import { costlyFieldNames } from '@tollgate/contract/entities/pass-fields';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormNumber, FormTags, FormText, FormTextArea } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { UnsavedGuard } from '../../components/form/guard.tsx';
import { ReasonField } from '../../components/form/reason-field.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useChannelWords } from './words.ts';

const schema = channelPatchSchema
  .pick({
    name: true,
    baseUrl: true,
    groups: true,
    tags: true,
    priority: true,
    weight: true,
    passFields: true,
    remark: true,
  })
  .required();

/** Name, address, who reaches it and in which order it is tried. */
export function EditChannel({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const queries = useQueryClient();
  const rights = useRights();
  const groups = useOperation('groups.list');
  const [reason, setReason] = useState('');
  const writes = rights.may('channels:write') && channel.owner === null;
  const form = useSchemaForm({
    schema,
    values: {
      name: channel.name,
      baseUrl: channel.baseUrl,
      groups: [...channel.groups],
      tags: [...channel.tags],
      priority: channel.priority,
      weight: channel.weight,
      passFields: [...channel.passFields],
      remark: channel.remark,
    },
    send: async ({ baseUrl, ...rest }) => {
      // The provider's own address is not written down, so that it follows the provider.
      const body = baseUrl === channel.baseUrl ? rest : { ...rest, baseUrl };
      await api.call('channels.update', { params: { id: channel.id }, body, reason });
      setReason('');
      for (const name of ['channels.list', 'channels.read', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      showToast({ title: t('edit.saved') });
    },
  });
  return (
    <Form form={form} failed={t('edit.failed')} label={t('tab.configuration')}>
      <UnsavedGuard form={form} />
      <Card
        title={t('tab.configuration')}
        {...(writes && {
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
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <FormText form={form} name="name" label={t('create.name')} maxLength={80} required />
          <FormText
            form={form}
            name="baseUrl"
            type="url"
            label={t('create.baseUrl')}
            help={t('edit.baseUrlHelp')}
            empty={null}
          />
          <FormTags
            form={form}
            name="groups"
            label={t('create.groups')}
            help={t('create.groupsHelp')}
            suggestions={(groups.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))}
          />
          <FormTags form={form} name="tags" label={t('edit.tags')} help={t('edit.tagsHelp')} free />
          <FormNumber form={form} name="priority" label={t('column.priority')} help={t('edit.priorityHelp')} />
          <FormNumber form={form} name="weight" label={t('column.weight')} help={t('edit.weightHelp')} min={0} />
          <div className="grid gap-4 sm:col-span-2">
            <FormTags
              form={form}
              name="passFields"
              label={t('edit.passFields')}
              help={t('edit.passFieldsHelp')}
              suggestions={costlyFieldNames.map((name) => ({ value: name, label: name }))}
              free
            />
            <FormTextArea form={form} name="remark" label={t('edit.remark')} rows={2} />
            {form.formState.isDirty && <ReasonField value={reason} onChange={setReason} />}
          </div>
        </div>
      </Card>
    </Form>
  );
}
