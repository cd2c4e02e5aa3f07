import { useQueryClient } from '@tanstack/react-query';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { api } from '../../lib/api.ts';
import { emailProblem, onlyProblems, passwordProblem, useForm } from '../../lib/form.ts';
import { navigate } from '../../lib/router.tsx';
import { meKey } from '../../lib/session.ts';
import { siteKey } from '../../lib/site.ts';

const fields = ['email', 'password'] as const;

/** First run: whoever holds the token of the one-time link becomes the root of this gateway, and is signed in. */
export function Setup({ token }: { readonly token: string }) {
  const queries = useQueryClient();
  const { problems, failure, busy, onSubmit } = useForm({
    fields,
    check: ({ email, password }) => onlyProblems({ email: emailProblem(email), password: passwordProblem(password) }),
    send: async ({ email, password }) => {
      const me = await api.call('setup.create', { body: { token, email, password } });
      await queries.refetchQueries({ queryKey: siteKey });
      queries.setQueryData(meKey, me);
      // Replaced, so that the spent token does not stay in the history.
      navigate('./', 'replace');
    },
  });
  return (
    <>
      <h2 className="text-lg font-semibold">Create the root account</h2>
      <p className="mt-1 text-muted">
        It owns this gateway: channels, prices, people and settings. The link that brought you here works once.
      </p>
      <form className="mt-5 grid gap-4" noValidate onSubmit={onSubmit}>
        {failure !== undefined && <ErrorNotice focus title="The account was not created" error={failure} />}
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
          autoComplete="new-password"
          required
          hint="8 characters or more. Length is the only rule."
          error={problems.password}
        />
        <Button look="primary" type="submit" busy={busy} className="mt-1 w-full">
          Create account and sign in
        </Button>
      </form>
    </>
  );
}

/** Without the token nobody can become root; this says where it is. */
export function SetupNeeded() {
  return (
    <>
      <h2 className="text-lg font-semibold">One step left</h2>
      <p className="mt-1.5 text-muted">
        This gateway has no administrator yet. Open the one-time link that it printed when it started; whoever holds
        that link creates the root account.
      </p>
      <p className="mt-4 text-muted">No access to its output? Create the account on the machine itself:</p>
      <pre
        className="mt-2 overflow-x-auto rounded-[var(--radius)] bg-sunken px-3 py-2.5 font-mono text-[0.8125rem]"
        tabIndex={0}
      >
        bin/tollgate setup --email you@example.com --password …
      </pre>
    </>
  );
}
