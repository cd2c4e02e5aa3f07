import type { NoticeTargetView } from '@tollgate/contract/api/notices';
import { useQueryClient } from '@tanstack/react-query';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Drawer } from '../../components/ui/dialog.tsx';
import { api } from '../../lib/api.ts';
import { TargetFields, targetSchema } from './target-fields.tsx';
import { useNoticeWords } from './words.ts';

type EditTargetProps = { readonly target: NoticeTargetView; readonly open: boolean; readonly onClose: () => void };

/** Changes what is told at a target. Where it goes is sealed: for another address there is another target. */
export function EditTarget({ target, open, onClose }: EditTargetProps) {
  return (
    <Drawer open={open} onClose={onClose} title={target.name}>
      <EditForm target={target} onClose={onClose} />
    </Drawer>
  );
}

function EditForm({ target, onClose }: Omit<EditTargetProps, 'open'>) {
  const t = useNoticeWords();
  const queries = useQueryClient();
  const { id, name, events, belowUsd, language, quietFrom, quietTo } = target;
  const form = useSchemaForm({
    schema: targetSchema,
    values: { name, events, belowUsd, language, quietFrom, quietTo },
    send: async (body) => {
      await api.call('notices.update', { params: { id }, body });
      await queries.invalidateQueries({ queryKey: ['notices.list'] });
      onClose();
    },
  });
  return (
    <Form form={form} failed={t('notSaved')} label={t('edit')}>
      <TargetFields form={form} />
      <FormActions onCancel={onClose} action={t('save')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
