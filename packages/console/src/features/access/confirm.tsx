import { registrationConfirmationSchema } from '@tollgate/contract/api/people';
import { useLocation } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { Form } from '../../components/form/form.tsx';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Link } from '../../components/ui/link.tsx';
import { api } from '../../lib/api.ts';
import { signedInAs } from '../../lib/session.ts';
import { LoginOfLink } from './login-of-link.tsx';
import { useAccessWords } from './words.ts';

const entrySchema = registrationConfirmationSchema.omit({ token: true });

/** Where a mailed link leads: the address is one's own, a password makes the account. */
export default function ConfirmPage() {
  const t = useAccessWords();
  const { hash } = useLocation();
  const link = new URLSearchParams(hash);
  const token = link.get('token') ?? '';
  return (
    <>
      <h2 className="mb-4 text-lg font-semibold">{t('confirm.title')}</h2>
      {token === '' ? (
        <p className="text-muted">{t('confirm.noToken')}</p>
      ) : (
        <ConfirmForm token={token} login={link.get('user') ?? ''} />
      )}
      <p className="mt-5 border-t border-line pt-4 text-small">
        <Link to="/">{t('backToSignIn')}</Link>
      </p>
    </>
  );
}

function ConfirmForm({ token, login }: { readonly token: string; readonly login: string }) {
  const t = useAccessWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { username: undefined, password: '' },
    send: async (body) => {
      await signedInAs(queries, await api.call('registration.confirm', { body: { ...body, token } }));
    },
  });
  return (
    <Form form={form} failed={t('notCreated')}>
      <LoginOfLink login={login} />
      <FormText
        form={form}
        name="username"
        label={t('username')}
        help={t('confirm.usernameHelp')}
        autoComplete={login === '' ? 'username' : 'nickname'}
        empty={undefined}
      />
      <FormPassword
        form={form}
        name="password"
        label={t('password')}
        help={t('passwordHelp')}
        autoComplete="new-password"
        required
      />
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
        {t('register')}
      </Button>
    </Form>
  );
}
