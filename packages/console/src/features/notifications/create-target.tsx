import type { NoticeKindName } from '@tollgate/contract/api/notices';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Drawer } from '../../components/ui/dialog.tsx';
import { Select } from '../../components/ui/select.tsx';
import { PasswordField, TextField } from '../../components/ui/text-field.tsx';
import { api } from '../../lib/api.ts';
import { language, useDescriptorWords } from '../../lib/i18n.ts';
import { useOperation } from '../../lib/operations.ts';
import { TargetFields, targetSchema } from './target-fields.tsx';
import { providerFieldName, useFormWords } from '../../components/form/words.ts';
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

function CreateForm({ onClose }: { readonly onClose: () => void }) {
  const t = useNoticeWords();
  const formWords = useFormWords();
  const say = useDescriptorWords();
  const queries = useQueryClient();
  const kinds = useOperation('noticeKinds.list').data?.data ?? [];
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>({});
  const [kindName, setKindName] = useState<NoticeKindName>('webhook');
  const form = useSchemaForm({
    schema: targetSchema,
    values: {
      name: '',
      events: [],
      belowUsd: null,
      language: language().startsWith('zh') ? 'zh-CN' : 'en',
      quietFrom: null,
      quietTo: null,
    },
    send: async (body) => {
      await api.call('notices.create', { body: { ...body, kind: kindName, settings } });
      await queries.invalidateQueries({ queryKey: ['notices.list'] });
      onClose();
    },
  });
  const kind = kinds.find(({ id }) => id === kindName);
  return (
    <Form form={form} failed={t('notSaved')} label={t('add')}>
      <Select
        label={t('kind')}
        value={kindName}
        choices={kinds.filter(({ available }) => available).map(({ id, label }) => ({ value: id, label }))}
        onChange={setKindName}
      />
      {kind?.fields.map(({ name, secret, required, description }) => {
        const Field = secret ? PasswordField : TextField;
        return (
          <Field
            key={name}
            label={providerFieldName(name, formWords)}
            help={say(description)}
            isRequired={required}
            autoComplete="off"
            value={settings[name] ?? ''}
            onChange={(text: string) => setSettings((before) => withSetting(before, name, text))}
          />
        );
      })}
      <TargetFields form={form} />
      <FormActions onCancel={onClose} action={t('add')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

function withSetting(before: Readonly<Record<string, string>>, name: string, text: string) {
  const { [name]: _before, ...rest } = before;
  return text === '' ? rest : { ...rest, [name]: text };
}
