import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { api } from '../../lib/api.ts';
import { emailProblem, onlyProblems, passwordProblem, useForm } from '../../lib/form.ts';
import { meKey } from '../../lib/session.ts';

const fields = ['email', 'password'] as const;

/** Sign-in by e-mail and password; registration beside it only where it is open. */
export function SignIn({ registrationOpen }: { readonly registrationOpen: boolean }) {
  const [mode, setMode] = useState<'sign-in' | 'register'>('sign-in');
  const registering = mode === 'register' && registrationOpen;
  return (
    <>
      <h2 className="text-lg font-semibold">{registering ? 'Create an account' : 'Sign in'}</h2>
      <CredentialsForm key={mode} registering={registering} />
      {registrationOpen && (
        <p className="mt-5 flex flex-wrap items-center gap-x-1.5 border-t border-line pt-4 text-muted">
          {registering ? 'You have an account already?' : 'New here?'}
          <Button look="quiet" size="small" onClick={() => setMode(registering ? 'sign-in' : 'register')}>
            <span className="text-accent">{registering ? 'Sign in' : 'Create an account'}</span>
          </Button>
        </p>
      )}
    </>
  );
}

function CredentialsForm({ registering }: { readonly registering: boolean }) {
  const queries = useQueryClient();
  const { problems, failure, busy, onSubmit } = useForm({
    fields,
    check: ({ email, password }) =>
      onlyProblems({
        email: emailProblem(email),
        password: registering ? passwordProblem(password) : password === '' ? 'Enter your password.' : undefined,
      }),
    send: async ({ email, password }) => {
      const me = await api.call(registering ? 'registration.create' : 'session.create', { body: { email, password } });
      queries.setQueryData(meKey, me);
    },
  });
  return (
    <form className="mt-5 grid gap-4" noValidate onSubmit={onSubmit}>
      {failure !== undefined && (
        <ErrorNotice focus title={registering ? 'The account was not created' : 'Could not sign in'} error={failure} />
      )}
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={problems.email}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete={registering ? 'new-password' : 'current-password'}
        required
        {...(registering ? { hint: '8 characters or more. Length is the only rule.' } : {})}
        error={problems.password}
      />
      <Button look="primary" type="submit" busy={busy} className="mt-1 w-full">
        {registering ? 'Create account' : 'Sign in'}
      </Button>
    </form>
  );
}
