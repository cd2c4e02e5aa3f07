import { passwordResetSchema } from '@tollgate/contract/api/people';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { Form } from '../../components/form/form.tsx';
import { FormPassword } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Link } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { api } from '../../lib/api.ts';
import { LoginOfLink } from './login-of-link.tsx';
import { useAccessWords } from './words.ts';

const entrySchema = passwordResetSchema.omit({ token: true });

/** A new password, with the token of a one-time link. */
export default function ResetPage() {
  const t = useAccessWords();
  const { hash } = useLocation();
  const link = new URLSearchParams(hash);
  const token = link.get('token') ?? '';
  const [done, setDone] = useState(false);
  return (
    <>
      <h2 className="mb-4 text-lg font-semibold">{t('reset.title')}</h2>
      {done ? (
        <Notice focus tone="good" title={t('reset.done')}>
          {t('reset.doneWhat')}
        </Notice>
      ) : token === '' ? (
        <p className="text-muted">{t('reset.noToken')}</p>
      ) : (
        <ResetForm token={token} login={link.get('user') ?? ''} onDone={() => setDone(true)} />
      )}
      <p className="mt-5 border-t border-line pt-4 text-small">
        <Link to="/">{t(done ? 'signIn' : 'backToSignIn')}</Link>
      </p>
    </>
  );
}

type ResetFormProps = {
  readonly token: string;
  /** What the person signs in by, as far as the link says. */
  readonly login: string;
  readonly onDone: () => void;
};

function ResetForm({ token, login, onDone }: ResetFormProps) {
  const t = useAccessWords();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { password: '' },
    send: async ({ password }) => {
      await api.call('passwords.reset', { body: { token, password } });
      onDone();
    },
  });
  return (
    <Form form={form} failed={t('reset.failed')}>
      <LoginOfLink login={login} />
      <FormPassword
        form={form}
        name="password"
        label={t('reset.password')}
        help={t('passwordHelp')}
        autoComplete="new-password"
        required
      />
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
        {t('reset.submit')}
      </Button>
    </Form>
  );
}
