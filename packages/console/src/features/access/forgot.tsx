import { forgottenPasswordSchema } from '@tollgate/contract/api/people';
import { useState } from 'react';
import { Form } from '../../components/form/form.tsx';
import { FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { Link } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { api } from '../../lib/api.ts';
import { useSite } from '../../lib/site.ts';
import { mailLanguage } from './mail-language.ts';
import { useCaptcha } from './use-captcha.tsx';
import { useAccessWords } from './words.ts';

/** The way to a new password: by a mailed link; where there is no mail, by the one-time link of an administrator. */
export default function ForgotPage() {
  const t = useAccessWords();
  const mails = useSite().data?.mail === true;
  return (
    <>
      <h2 className="text-lg font-semibold">{t('forgot.title')}</h2>
      {mails ? <AskForLink /> : <WithoutMail />}
      <p className="mt-5 border-t border-line pt-4 text-small">
        <Link to="/">{t('backToSignIn')}</Link>
      </p>
    </>
  );
}

function AskForLink() {
  const t = useAccessWords();
  const captcha = useCaptcha();
  const [sent, setSent] = useState(false);
  const form = useSchemaForm({
    schema: forgottenPasswordSchema,
    values: { login: '' },
    send: async ({ login }) => {
      const answer = captcha.answer === undefined ? {} : { captcha: captcha.answer };
      try {
        await api.call('passwords.forgot', { body: { login, language: mailLanguage(), ...answer } });
      } finally {
        captcha.again();
      }
      setSent(true);
    },
  });
  if (sent)
    return (
      <div className="mt-4">
        <Notice focus tone="good" title={t('mailed.title')}>
          {t('mailed.reset')}
        </Notice>
      </div>
    );
  return (
    <>
      <p className="mt-1.5 mb-4 text-muted">{t('forgot.byMail')}</p>
      <Form form={form} failed={t('forgot.failed')}>
        <FormText form={form} name="login" label={t('login')} autoComplete="username" required />
        {captcha.drawn}
        <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
          {t('mailed.send')}
        </Button>
      </Form>
    </>
  );
}

function WithoutMail() {
  const t = useAccessWords();
  return (
    <>
      <p className="mt-1.5 text-muted">{t('forgot.what')}</p>
      <p className="mt-4 mb-2 text-muted">{t('forgot.alone')}</p>
      <CodeBlock label={t('forgot.command')} text="bin/tollgate reset-password you@example.com" />
    </>
  );
}
