import { signInSchema } from '@tollgate/contract/api/people';
import { Form } from '../../components/form/form.tsx';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Link } from '../../components/ui/link.tsx';
import { api } from '../../lib/api.ts';
import { EnterCode } from './enter-code.tsx';
import { OtherWays } from './other-ways.tsx';
import { usePasswordAttempt } from './use-password-attempt.ts';
import { useAccessWords } from './words.ts';

/** Sign-in by e-mail or user name and password, at whatever address one came to; beside it the other ways, each open or said to be closed. */
export function SignIn({ registrationOpen }: { readonly registrationOpen: boolean }) {
  const t = useAccessWords();
  const { attempt, captcha, challenged, endChallenge } = usePasswordAttempt();
  const form = useSchemaForm({
    schema: signInSchema,
    values: { email: '', password: '' },
    send: async (body) =>
      await attempt(async (answer) => await api.call('session.create', { body: { ...body, ...answer } })),
  });
  if (challenged) return <EnterCode onBack={endChallenge} />;
  return (
    <>
      <h2 className="mb-5 text-lg font-semibold">{t('signIn')}</h2>
      <Form form={form} failed={t('notSignedIn')}>
        <FormText form={form} name="email" label={t('login')} autoComplete="username" required />
        <FormPassword form={form} name="password" label={t('password')} autoComplete="current-password" required />
        {captcha}
        <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
          {t('signIn')}
        </Button>
      </Form>
      <p className="mt-3 text-small">
        <Link to="/forgot">{t('forgot.ask')}</Link>
      </p>
      <OtherWays />
      <p className="mt-5 border-t border-line pt-4 text-small text-muted">
        {registrationOpen ? (
          <>
            {t('newHere')} <Link to="/sign-up">{t('createAccount')}</Link>
          </>
        ) : (
          t('closed.short')
        )}
      </p>
    </>
  );
}
