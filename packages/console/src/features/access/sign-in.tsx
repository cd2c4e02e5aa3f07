import { registrationSchema, signInSchema } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from '../../components/form/form.tsx';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { api } from '../../lib/api.ts';
import { meKey } from '../../lib/session.ts';
import { useAccessWords } from './words.ts';

/** Sign-in by e-mail and password; registration beside it only where it is open. It happens at whatever address one came to. */
export function SignIn({ registrationOpen }: { readonly registrationOpen: boolean }) {
  const t = useAccessWords();
  const [mode, setMode] = useState<'sign-in' | 'register'>('sign-in');
  const registering = mode === 'register' && registrationOpen;
  return (
    <>
      <h2 className="mb-5 text-lg font-semibold">{registering ? t('createAccount') : t('signIn')}</h2>
      {registering ? <RegistrationForm /> : <SignInForm />}
      {registrationOpen && (
        <p className="mt-5 flex flex-wrap items-center gap-x-1 border-t border-line pt-4 text-muted">
          {registering ? t('haveOne') : t('newHere')}
          <Button
            look="quiet"
            size="small"
            className="text-accent!"
            onPress={() => setMode(registering ? 'sign-in' : 'register')}
          >
            {registering ? t('signIn') : t('createAccount')}
          </Button>
        </p>
      )}
    </>
  );
}

function SignInForm() {
  const t = useAccessWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: signInSchema,
    values: { email: '', password: '' },
    send: async (body) => {
      queries.setQueryData(meKey, await api.call('session.create', { body }));
    },
  });
  return (
    <Form form={form} failed={t('notSignedIn')}>
      <FormText form={form} name="email" type="email" label={t('email')} autoComplete="username" required />
      <FormPassword form={form} name="password" label={t('password')} autoComplete="current-password" required />
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
        {t('signIn')}
      </Button>
    </Form>
  );
}

function RegistrationForm() {
  const t = useAccessWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: registrationSchema,
    values: { email: '', password: '' },
    send: async (body) => {
      queries.setQueryData(meKey, await api.call('registration.create', { body }));
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
