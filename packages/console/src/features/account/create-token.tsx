import { tokenInputSchema } from '@tollgate/contract/api/keys';
import { permissionSchema } from '@tollgate/contract/api/rights';
import { useQueryClient } from '@tanstack/react-query';
import { FormActions } from '../../components/form/form-actions.tsx';
import { FormSelect, FormText, useBound } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { ShownOnce } from '../../components/form/shown-once.tsx';
import { useSchemaForm, type SchemaForm } from '../../components/form/use-schema-form.ts';
import { RightsTable } from '../../components/rights/rights-table.tsx';
import { Secret } from '../../components/snippets/secret.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { useAccountWords } from './words.ts';

const day = 86_400_000;
const expiries = ['30', '90', '365', 'never'] as const;

const accesses = ['all', 'reading', 'chosen'] as const;

const entrySchema = z
  .object({
    ...tokenInputSchema.pick({ name: true }).shape,
    access: z.enum(accesses),
    scopes: z.array(permissionSchema),
    expiresIn: z.enum(expiries),
  })
  .refine(({ access, scopes }) => access !== 'chosen' || scopes.length > 0, { path: ['scopes'] });

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
    messages: { scopes: t('tokens.chooseSome') },
    values: { name: '', access: 'all', scopes: [], expiresIn: '90' },
    send: async ({ name, access, scopes, expiresIn }) => {
      const expiresAt = expiresIn === 'never' ? null : Date.now() + Number(expiresIn) * day;
      const { token } = await api.call('tokens.create', {
        body: { name, readOnly: access === 'reading', scopes: access === 'chosen' ? scopes : null, expiresAt },
      });
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
      <FormSelect
        form={form}
        name="access"
        label={t('tokens.access')}
        choices={accesses.map((value) => ({ value, label: t(`tokens.accessOf.${value}`) }))}
      />
      {form.watch('access') === 'chosen' && <Scopes form={form} />}
      <FormActions onCancel={onCancel} action={t('tokens.create')} busy={form.formState.isSubmitting} />
    </Form>
  );
}

/** What the token is limited to, of what its owner may do. */
function Scopes({ form }: { readonly form: SchemaForm<z.input<typeof entrySchema>> }) {
  const t = useAccountWords();
  const { permissions } = useMe();
  const { value, onChange, error } = useBound({ form, name: 'scopes' });
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <div>
      <div className="max-h-64 overflow-y-auto rounded-md border border-line px-3">
        <RightsTable
          label={t('tokens.accessOf.chosen')}
          choices={permissions}
          value={permissions.filter((name) => chosen.includes(name))}
          onChange={onChange}
        />
      </div>
      {error !== undefined && <p className="mt-1 text-small text-danger">{error}</p>}
    </div>
  );
}
