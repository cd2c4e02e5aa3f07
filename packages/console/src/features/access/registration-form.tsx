import { setupInputSchema } from '@tollgate/contract/api/people';
import { Form } from '../../components/form/form.tsx';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import type { z } from '../../lib/zod.ts';
import { useAccessWords } from './words.ts';

const entrySchema = setupInputSchema.omit({ token: true });

type RegistrationFormProps = {
  readonly send: (entry: z.output<typeof entrySchema>) => Promise<void>;
  readonly action: string;
};

/** The address and password of the first account of a gateway. */
export function RegistrationForm({ send, action }: RegistrationFormProps) {
  const t = useAccessWords();
  const form = useSchemaForm({ schema: entrySchema, values: { email: '', password: '' }, send });
  return (
    <Form form={form} failed={t('notCreated')}>
      <FormText form={form} name="email" type="email" label={t('email')} autoComplete="username" required />
      <FormPassword
        form={form}
        name="password"
        label={t('password')}
        help={t('passwordHelp')}
        autoComplete="new-password"
        required
      />
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
        {action}
      </Button>
    </Form>
  );
}
