import { keyInputSchema } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useStartWords } from './words.ts';

const entrySchema = keyInputSchema.pick({ name: true });

/** The first key needs nothing but a name; its limits are set on its own page. */
export function MakeKey({ onMade }: { readonly onMade: (key: Answer<'keys.create'>) => void }) {
  const t = useStartWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { name: t('request.firstKey') },
    send: async (body) => {
      const made = await api.call('keys.create', { body });
      await queries.invalidateQueries({ queryKey: ['keys.list'] });
      onMade(made);
    },
  });
  return (
    <Form form={form} failed={t('request.notMade')} className="flex max-w-md items-start gap-2">
      <div className="grow">
        <FormText form={form} name="name" label={t('request.name')} maxLength={100} autoComplete="off" required />
      </div>
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-6">
        {t('request.make')}
      </Button>
    </Form>
  );
}
