import { noticeEvents, administratorsEvents, noticeTargetInputSchema } from '@tollgate/contract/api/notices';
import { useQueryClient } from '@tanstack/react-query';
import { FormActions } from '../../components/form/form-actions.tsx';
import { FormSelect, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Drawer } from '../../components/ui/dialog.tsx';
import { PasswordField, TextField } from '../../components/ui/text-field.tsx';
import { Checkbox } from '../../components/ui/toggles.tsx';
import { api } from '../../lib/api.ts';
import { language } from '../../lib/i18n.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useState } from 'react';
import { useNoticeWords } from './words.ts';

/** A new target: by what, where, and what is told there. */
export function CreateTarget({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useNoticeWords();
  return (
    <Drawer open={open} onClose={onClose} title={t('add')}>
      <CreateForm onClose={onClose} />
    </Drawer>
  );
}

const entrySchema = noticeTargetInputSchema.omit({ settings: true });

function CreateForm({ onClose }: { readonly onClose: () => void }) {
  const t = useNoticeWords();
  const rights = useRights();
  const queries = useQueryClient();
  const kinds = useOperation('noticeKinds.list').data?.data ?? [];
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>({});
  const form = useSchemaForm({
    schema: entrySchema,
    values: {
      kind: 'webhook',
      name: '',
      events: [],
      belowUsd: null,
      language: language().startsWith('zh') ? 'zh-CN' : 'en',
    },
    send: async (body) => {
      await api.call('notices.create', { body: { ...body, settings } });
      await queries.invalidateQueries({ queryKey: ['notices.list'] });
      onClose();
    },
  });
  const told = form.watch('events') ?? [];
  const kind = kinds.find(({ id }) => id === form.watch('kind'));
  const events = noticeEvents.filter((event) => !administratorsEvents.includes(event) || rights.may('channels:read'));
  return (
    <Form form={form} failed={t('notSaved')} label={t('add')}>
      <FormSelect
        form={form}
        name="kind"
        label={t('kind')}
        choices={kinds.filter(({ available }) => available).map(({ id, label }) => ({ value: id, label }))}
      />
      <FormText form={form} name="name" label={t('name')} maxLength={60} required />
      {kind?.fields.map(({ name, secret, required, description }) => {
        const Field = secret ? PasswordField : TextField;
        return (
          <Field
            key={name}
            label={name}
            help={description}
            isRequired={required}
            autoComplete="off"
            value={settings[name] ?? ''}
            onChange={(text: string) => setSettings((before) => withSetting(before, name, text))}
          />
        );
      })}
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-small text-muted">{t('events')}</legend>
        {events.map((event) => (
          <Checkbox
            key={event}
            label={t(`event.${event}`)}
            value={told.includes(event)}
            onChange={(on) => form.setValue('events', on ? [...told, event] : told.filter((other) => other !== event))}
          />
        ))}
      </fieldset>
      <FormText form={form} name="belowUsd" label={t('belowUsd')} help={t('belowUsdHelp')} empty={null} />
      <FormActions onCancel={onClose} action={t('add')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

function withSetting(before: Readonly<Record<string, string>>, name: string, text: string) {
  const { [name]: _before, ...rest } = before;
  return text === '' ? rest : { ...rest, [name]: text };
}
