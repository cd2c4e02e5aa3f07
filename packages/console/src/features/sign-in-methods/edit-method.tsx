import { useState } from 'react';
import { fieldsOf, secretsOf, settingsOf, textOf } from '../../components/form/schema-draft.ts';
import { SchemaFields } from '../../components/form/schema-fields.tsx';
import { Button } from '../../components/ui/button.tsx';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { OuterLink } from '../../components/ui/link.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useSignInWords } from './words.ts';

type Method = Answer<'signInMethods.list'>['data'][number];

type EditProps<M> = { readonly method: M; readonly onClose: () => void; readonly onSaved: () => void };

/** Sets up a sign-in method, or changes one. */
export function EditSignInMethod({ method, ...rest }: EditProps<Method | 'new' | undefined>) {
  const t = useSignInWords();
  return (
    <Drawer
      open={method !== undefined}
      onClose={rest.onClose}
      title={method === undefined || method === 'new' ? t('create') : method.name}
    >
      {method !== undefined && (
        <MethodForm
          key={method === 'new' ? 'new' : method.id}
          method={method === 'new' ? undefined : method}
          {...rest}
        />
      )}
    </Drawer>
  );
}

type Draft = {
  readonly provider: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly signUp: boolean;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
};

const draftOf = (method: Method | undefined): Draft => ({
  provider: method?.provider ?? '',
  name: method?.name ?? '',
  enabled: method?.enabled ?? true,
  signUp: method?.signUp ?? false,
  values: Object.fromEntries(Object.entries(method?.settings ?? {}).map(([name, value]) => [name, textOf(value)])),
  secrets: {},
});

function MethodForm({ method, onClose, onSaved }: EditProps<Method | undefined>) {
  const t = useSignInWords();
  const providers = useOperation('signInProviders.list');
  const [draft, setDraft] = useState(() => draftOf(method));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const edit = (patch: Partial<Draft>): void => setDraft((before) => ({ ...before, ...patch }));
  const provider = providers.data?.data.find(({ id }) => id === draft.provider);
  const settings = fieldsOf(provider?.settings);

  const save = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    const { name, enabled, signUp } = draft;
    const body = {
      name,
      enabled,
      signUp,
      settings: settingsOf(settings, draft.values),
      secrets: secretsOf(draft.secrets),
    };
    try {
      await (method === undefined
        ? api.call('signInMethods.create', { body: { ...body, provider: draft.provider } })
        : api.call('signInMethods.update', { params: { id: method.id }, body }));
      onSaved();
      onClose();
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {error !== undefined && <ErrorNotice title={t('notSaved')} error={error} />}
      {method === undefined && (
        <Select
          label={t('provider')}
          choices={(providers.data?.data ?? []).map(({ id, label }) => ({ value: id, label }))}
          value={draft.provider === '' ? null : draft.provider}
          onChange={(id) =>
            edit({ provider: id, name: providers.data?.data.find((one) => one.id === id)?.label ?? draft.name })
          }
          required
        />
      )}
      {provider !== undefined && (
        <p className="text-small text-muted">
          <OuterLink href={provider.docs}>{t('register', { provider: provider.label })}</OuterLink>
        </p>
      )}
      <TextField
        label={t('name')}
        help={t('nameHelp')}
        value={draft.name}
        onChange={(name) => edit({ name })}
        maxLength={60}
        isRequired
      />
      <SchemaFields
        fields={settings}
        values={draft.values}
        onChange={(name, value) => edit({ values: { ...draft.values, [name]: value } })}
      />
      <SchemaFields
        secret
        fields={fieldsOf(provider?.secrets)}
        values={draft.secrets}
        set={method?.secrets ?? []}
        onChange={(name, value) => edit({ secrets: { ...draft.secrets, [name]: value } })}
      />
      <Switch label={t('signUp')} help={t('signUpHelp')} value={draft.signUp} onChange={(signUp) => edit({ signUp })} />
      <Switch label={t('enabled')} value={draft.enabled} onChange={(enabled) => edit({ enabled })} />
      <div className="flex gap-2 pt-2">
        {method !== undefined && <Remove method={method} onClose={onClose} onSaved={onSaved} />}
        <span className="grow" />
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button look="primary" type="submit" busy={busy} isDisabled={draft.provider === ''}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}

function Remove({ method, onClose, onSaved }: EditProps<Method>) {
  const t = useSignInWords();
  const [asking, setAsking] = useState(false);
  const remove = useAction('signInMethods.delete', { invalidates: ['signInMethods.list'], failed: t('notRemoved') });
  return (
    <>
      <Button look="danger" onPress={() => setAsking(true)}>
        {t('remove')}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('removeTitle', { name: method.name })}
        action={t('remove')}
        onConfirm={async () => {
          await remove.run({ params: { id: method.id } });
          onSaved();
          onClose();
        }}
      >
        {t('removeWhat')}
      </ConfirmDialog>
    </>
  );
}
