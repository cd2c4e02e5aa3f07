import { tokenInputSchema } from '@tollgate/contract/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { FormCheckbox, FormSelect, FormText } from '../../components/form/fields.tsx';
import { FormActions } from '../../components/form/form-actions.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Secret } from '../../components/snippets/secret.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { api } from '../../lib/api.ts';
import { z } from '../../lib/zod.ts';
import { useAccountWords } from './words.ts';

const day = 86_400_000;
const expiries = ['30', '90', '365', 'never'] as const;

const entrySchema = z.object({
  ...tokenInputSchema.pick({ name: true, readOnly: true }).shape,
  expiresIn: z.enum(expiries),
});

type CreateTokenProps = { readonly open: boolean; readonly onClose: () => void };

/** Makes an access token, and then shows its text, the only time there is. */
export function CreateToken({ open, onClose }: CreateTokenProps) {
  const t = useAccountWords();
  return (
    <ShownOnce<string>
      open={open}
      onClose={onClose}
      look="dialog"
      title={t('tokens.create')}
      done={t('tokens.copied')}
      ask={({ made, close }) => <CreateForm onCancel={close} onCreated={made} />}
    >
      {(secret) => (
        <div className="grid gap-3">
          <Notice tone="good" title={t('tokens.copyNow')} />
          <Secret text={secret} what={t('tokens.theToken')} />
        </div>
      )}
    </ShownOnce>
  );
}

type CreateFormProps = { readonly onCancel: () => void; readonly onCreated: (secret: string) => void };

function CreateForm({ onCancel, onCreated }: CreateFormProps) {
  const t = useAccountWords();
  const queries = useQueryClient();
  const form = useSchemaForm({
    schema: entrySchema,
    values: { name: '', readOnly: false, expiresIn: '90' },
    send: async ({ expiresIn, ...rest }) => {
      const expiresAt = expiresIn === 'never' ? null : Date.now() + Number(expiresIn) * day;
      const { token } = await api.call('tokens.create', { body: { ...rest, expiresAt } });
      await queries.invalidateQueries({ queryKey: ['tokens.list'] });
      onCreated(token);
    },
  });
  return (
    <Form form={form} failed={t('tokens.notCreated')} label={t('tokens.create')}>
      <FormText
        form={form}
        name="name"
        label={t('tokens.name')}
        maxLength={100}
        autoComplete="off"
        required
        autoFocus
      />
      <FormSelect
        form={form}
        name="expiresIn"
        label={t('tokens.expires')}
        choices={expiries.map((value) => ({
          value,
          label: value === 'never' ? t('tokens.never') : t('tokens.days', { count: Number(value) }),
        }))}
      />
      <FormCheckbox form={form} name="readOnly" label={t('tokens.readOnly')} help={t('tokens.readOnlyHelp')} />
      <FormActions onCancel={onCancel} action={t('tokens.create')} busy={form.formState.isSubmitting} />
    </Form>
  );
}
