import { registrationSchema } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { Form } from '../../components/form/form.tsx';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Link } from '../../components/ui/link.tsx';
import { api } from '../../lib/api.ts';
import { signedInAs } from '../../lib/session.ts';
import { useSite } from '../../lib/site.ts';
import { OtherWays } from './other-ways.tsx';
import { useAccessWords } from './words.ts';

/** An account of one's own, where that is open; where it is not, that is said. */
export default function SignUpPage() {
  const t = useAccessWords();
  const open = useSite().data?.registrationOpen === true;
  return (
    <>
      <h2 className="mb-4 text-lg font-semibold">{t(open ? 'createAccount' : 'closed.title')}</h2>
      {open ? <RegistrationForm /> : <p className="text-muted">{t('closed.what')}</p>}
      <OtherWays signingUp />
      <p className="mt-5 border-t border-line pt-4 text-small text-muted">
        {t('haveOne')} <Link to="/">{t('signIn')}</Link>
      </p>
    </>
  );
}

function RegistrationForm() {
  const t = useAccessWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: registrationSchema,
    values: { email: '', password: '' },
    send: async (body) => {
      await signedInAs(queries, await api.call('registration.create', { body }));
    },
  });
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
        {t('register')}
      </Button>
    </Form>
  );
}
