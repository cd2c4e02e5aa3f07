import { setupInputSchema } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { Form } from '../../components/form/form.tsx';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { api } from '../../lib/api.ts';
import { meKey } from '../../lib/session.ts';
import { siteKey } from '../../lib/site.ts';
import { SetupNeeded } from './setup-needed.tsx';
import { useAccessWords } from './words.ts';

const entrySchema = setupInputSchema.omit({ token: true });

/** First run: whoever holds the token of the one-time link becomes the root of this gateway, and is signed in. */
export default function SetupPage() {
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get('token') ?? '';
  return token === '' ? <SetupNeeded /> : <Setup token={token} />;
}

function Setup({ token }: { readonly token: string }) {
  const t = useAccessWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { email: '', password: '' },
    send: async (entry) => {
      const me = await api.call('setup.create', { body: { ...entry, token } });
      await queries.refetchQueries({ queryKey: siteKey });
      // The frame goes on from here, in the place of this page: the spent token does not stay in the history.
      queries.setQueryData(meKey, me);
    },
  });
  return (
    <>
      <h2 className="text-lg font-semibold">{t('setup.title')}</h2>
      <p className="mt-1 mb-5 text-muted">{t('setup.what')}</p>
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
          {t('setup.submit')}
        </Button>
      </Form>
    </>
  );
}
