import { signInByPasswordSchema } from '@tollgate/contract/api/sign-in';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { api } from '../../lib/api.ts';
import { EnterCode } from './enter-code.tsx';
import { usePasswordAttempt } from './use-password-attempt.ts';
import { useAccessWords } from './words.ts';

const entrySchema = signInByPasswordSchema.pick({ login: true, password: true });

type DirectoryWayProps = { readonly methodId: string; readonly name: string; readonly onBack: () => void };

/** Signing in by the name and the password that a directory knows one by. */
export function DirectoryWay({ methodId, name, onBack }: DirectoryWayProps) {
  const t = useAccessWords();
  const { attempt, captcha, challenged } = usePasswordAttempt();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { login: '', password: '' },
    send: async (entry) =>
      await attempt(async (answer) => await api.call('signIn.byPassword', { body: { ...entry, ...answer, methodId } })),
  });
  if (challenged) return <EnterCode onBack={onBack} />;
  return (
    <Form form={form} failed={t('notSignedIn')} label={t('goOnWith', { name })}>
      <h3 className="font-medium">{name}</h3>
      <FormText form={form} name="login" label={t('directory.login')} autoComplete="username" required autoFocus />
      <FormPassword form={form} name="password" label={t('password')} autoComplete="current-password" required />
      {captcha}
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="w-full">
        {t('signIn')}
      </Button>
      <Button className="w-full" onPress={onBack}>
        {t('directory.back')}
      </Button>
    </Form>
  );
}
