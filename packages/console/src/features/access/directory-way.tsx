import { signInByPasswordSchema } from '@tollgate/contract/api/sign-in';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { api } from '../../lib/api.ts';
import { signedInAs } from '../../lib/session.ts';
import { EnterCode, wantsCode } from './enter-code.tsx';
import { useCaptcha, wantsCaptcha } from './use-captcha.tsx';
import { useAccessWords } from './words.ts';

const entrySchema = signInByPasswordSchema.pick({ login: true, password: true });

type DirectoryWayProps = { readonly methodId: string; readonly name: string; readonly onBack: () => void };

/** Signing in by the name and the password that a directory knows one by. */
export function DirectoryWay({ methodId, name, onBack }: DirectoryWayProps) {
  const t = useAccessWords();
  const queries = useQueryClient();
  const captcha = useCaptcha();
  const [asked, setAsked] = useState(false);
  const [challenged, setChallenged] = useState(false);
  const form = useSchemaForm({
    schema: entrySchema,
    values: { login: '', password: '' },
    send: async (entry) => {
      const answer = captcha.answer === undefined ? {} : { captcha: captcha.answer };
      try {
        await signedInAs(queries, await api.call('signIn.byPassword', { body: { ...entry, ...answer, methodId } }));
      } catch (thrown) {
        captcha.again();
        if (wantsCaptcha(thrown)) setAsked(true);
        if (!wantsCode(thrown)) throw thrown;
        setChallenged(true);
      }
    },
  });
  if (challenged) return <EnterCode onBack={onBack} />;
  return (
    <Form form={form} failed={t('notSignedIn')} label={t('goOnWith', { name })}>
      <h3 className="font-medium">{name}</h3>
      <FormText form={form} name="login" label={t('directory.login')} autoComplete="username" required autoFocus />
      <FormPassword form={form} name="password" label={t('password')} autoComplete="current-password" required />
      {asked && captcha.drawn}
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="w-full">
        {t('signIn')}
      </Button>
      <Button className="w-full" onPress={onBack}>
        {t('directory.back')}
      </Button>
    </Form>
  );
}
