import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { providerDraftOf, sentOfProvider, type ProviderDraft } from '../../components/form/provider-draft.ts';
import { ProviderMetadata } from '../../components/form/provider-metadata.tsx';
import { ProviderSettings } from '../../components/form/provider-settings.tsx';
import { AskingButton } from '../../components/ui/asking-button.tsx';
import { OuterLink } from '../../components/ui/link.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useSignInWords } from './words.ts';

type Method = Answer<'signInMethods.list'>['data'][number];

type EditProps<M> = { readonly method: M; readonly onClose: () => void; readonly onSaved: () => void };

/** Sets up a sign-in method, or changes one. */
export function EditSignInMethod({ method, onClose, onSaved }: EditProps<Method | 'new' | undefined>) {
  const t = useSignInWords();
  return (
    <EditDrawer thing={method} create={t('create')} onClose={onClose}>
      {(edited) => <MethodForm method={edited} onClose={onClose} onSaved={onSaved} />}
    </EditDrawer>
  );
}

type Draft = ProviderDraft & { readonly signUp: boolean };

function MethodForm({ method, onClose, onSaved }: EditProps<Method | undefined>) {
  const t = useSignInWords();
  const providers = useOperation('signInProviders.list');
  const providerOf = (draft: Draft) => providers.data?.data.find(({ id }) => id === draft.provider);
  const form = useDraft<Draft>({
    first: () => ({ ...providerDraftOf(method), signUp: method?.signUp ?? false }),
    send: (draft) => {
      const { name, enabled, signUp } = draft;
      const body = { name, enabled, signUp, ...sentOfProvider(providerOf(draft)?.settings, draft) };
      return method === undefined
        ? api.call('signInMethods.create', { body: { ...body, provider: draft.provider } })
        : api.call('signInMethods.update', { params: { id: method.id }, body });
    },
    onSaved: () => {
      onSaved();
      onClose();
    },
  });
  const { draft, edit } = form;
  const provider = providerOf(draft);
  return (
    <DraftForm
      form={form}
      failed={t('notSaved')}
      onCancel={onClose}
      ready={draft.provider !== ''}
      aside={method !== undefined && <Remove method={method} onClose={onClose} onSaved={onSaved} />}
    >
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
      <ProviderMetadata
        provider={provider}
        read={(body) => api.call('signInProviders.readMetadata', { body })}
        onRead={(settings) => edit({ values: { ...draft.values, ...settings } })}
      />
      <ProviderSettings provider={provider} draft={draft} edit={edit} set={method?.secrets} />
      <Switch label={t('signUp')} help={t('signUpHelp')} value={draft.signUp} onChange={(signUp) => edit({ signUp })} />
      <Switch label={t('enabled')} value={draft.enabled} onChange={(enabled) => edit({ enabled })} />
    </DraftForm>
  );
}

function Remove({ method, onClose, onSaved }: EditProps<Method>) {
  const t = useSignInWords();
  const remove = useAction('signInMethods.delete', { invalidates: ['signInMethods.list'], failed: t('notRemoved') });
  return (
    <AskingButton
      action={t('remove')}
      title={t('removeTitle', { name: method.name })}
      onConfirm={async () => {
        if ((await remove.run({ params: { id: method.id } })) === undefined) return;
        onSaved();
        onClose();
      }}
    >
      {t('removeWhat')}
    </AskingButton>
  );
}
