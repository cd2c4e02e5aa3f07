import { signInByPasswordSchema } from '@tollgate/contract/api/sign-in';
import { useQueryClient } from '@tanstack/react-query';
import { FormPassword, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Dialog } from '../../components/ui/dialog.tsx';
import { api } from '../../lib/api.ts';
import { useAccountWords } from './words.ts';

type Method = { readonly id: string; readonly name: string };
type LinkProps = { readonly method: Method | undefined; readonly onClose: () => void };

const entrySchema = signInByPasswordSchema.pick({ login: true, password: true });

/** Links one's entry in a directory, by the name and the password there. */
export function LinkDirectory({ method, onClose }: LinkProps) {
  const t = useAccountWords();
  return (
    <Dialog
      open={method !== undefined}
      onClose={onClose}
      width="small"
      title={t('identities.linkTitle', { name: method?.name ?? '' })}
    >
      {method !== undefined && <LinkForm method={method} onClose={onClose} />}
    </Dialog>
  );
}

function LinkForm({ method, onClose }: { readonly method: Method; readonly onClose: () => void }) {
  const t = useAccountWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { login: '', password: '' },
    send: async (entry) => {
      await api.call('identities.linkByPassword', { body: { ...entry, methodId: method.id } });
      await queries.invalidateQueries({ queryKey: ['identities.list'] });
      onClose();
    },
  });
  return (
    <Form form={form} failed={t('identities.notLinked')}>
      <FormText form={form} name="login" label={t('identities.login')} autoComplete="off" required />
      <FormPassword form={form} name="password" label={t('identities.password')} autoComplete="off" required />
      <FormActions onCancel={onClose} action={t('identities.link')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
