import type { KeyView } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { Form } from '../../components/form/form.tsx';
import { UnsavedGuard } from '../../components/form/guard.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { useRights } from '../../lib/session.ts';
import { entryOf, keyEntrySchema, sentOf } from './key-entry.ts';
import { KeyFields, KeyName } from './key-fields.tsx';
import { useKeyWords } from './words.ts';

/** Changes a key; in force everywhere within a second. */
export function EditKey({ item }: { readonly item: KeyView }) {
  const t = useKeyWords();
  const queries = useQueryClient();
  const rights = useRights();
  const form = useSchemaForm({
    schema: keyEntrySchema,
    values: entryOf(item),
    messages: { name: t('create.nameNeeded'), limitUsd: t('create.limitForm') },
    send: async ({ group, passFields, fallbacks, ...entry }) => {
      // Only administrators say these; whoever is none sends none.
      const given = rights.reachesAny('keys:write') && { group, passFields, fallbacks };
      const body = { ...sentOf(entry, Date.now()), ...given };
      await api.call('keys.update', { params: { id: item.id }, body });
      for (const name of ['keys.read', 'keys.list', 'keys.effective', 'audit.list'])
        await queries.invalidateQueries({ queryKey: [name] });
      showToast({ title: t('saved') });
    },
  });
  return (
    <Form form={form} failed={t('notChanged')}>
      <UnsavedGuard form={form} />
      <Card
        footer={
          <Button look="primary" type="submit" busy={form.formState.isSubmitting} isDisabled={!form.formState.isDirty}>
            {t('save')}
          </Button>
        }
      >
        <div className="grid max-w-2xl gap-4">
          <KeyName form={form} />
          <KeyFields form={form} existing />
        </div>
      </Card>
    </Form>
  );
}
