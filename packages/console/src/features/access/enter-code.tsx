import { secondFactorCodeSchema } from '@tollgate/contract/api/sign-in';
import { useQueryClient } from '@tanstack/react-query';
import { Form } from '../../components/form/form.tsx';
import { FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { api } from '../../lib/api.ts';
import { ApiError } from '../../lib/client.ts';
import { signedInAs } from '../../lib/session.ts';
import { useAccessWords } from './words.ts';

/** Whether a sign-in went well so far, and one thing more is wanted. */
export const wantsCode = (thrown: unknown): boolean =>
  thrown instanceof ApiError && thrown.code === 'second_factor_required';

/** The second step of a sign-in, whatever the first one was. */
export function EnterCode({ onEntered, onBack }: { readonly onEntered?: () => void; readonly onBack: () => void }) {
  const t = useAccessWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: secondFactorCodeSchema,
    values: { code: '' },
    send: async (body) => {
      await signedInAs(queries, await api.call('session.prove', { body }));
      onEntered?.();
    },
  });
  return (
    <>
      <h2 className="text-lg font-semibold">{t('code.title')}</h2>
      <p className="mt-1.5 mb-5 text-muted">{t('code.what')}</p>
      <Form form={form} failed={t('notSignedIn')}>
        <FormText form={form} name="code" label={t('code.code')} autoComplete="one-time-code" code required autoFocus />
        <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
          {t('signIn')}
        </Button>
        <Button onPress={onBack} className="w-full">
          {t('backToSignIn')}
        </Button>
      </Form>
    </>
  );
}
