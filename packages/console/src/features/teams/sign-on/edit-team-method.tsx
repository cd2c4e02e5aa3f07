import { DraftForm, useDraft } from '../../../components/form/draft-form.tsx';
import { EditDrawer } from '../../../components/form/edit-drawer.tsx';
import { providerDraftOf, sentOfProvider, type ProviderDraft } from '../../../components/form/provider-draft.ts';
import { ProviderMetadata } from '../../../components/form/provider-metadata.tsx';
import { ProviderSettings } from '../../../components/form/provider-settings.tsx';
import { AskingButton } from '../../../components/ui/asking-button.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { TextField } from '../../../components/ui/text-field.tsx';
import { Switch } from '../../../components/ui/toggles.tsx';
import { teamSignInProviders } from '@tollgate/contract/api/team-sign-in';
import { api, type Answer } from '../../../lib/api.ts';
import { useAction, useOperation } from '../../../lib/operations.ts';
import { useRights } from '../../../lib/session.ts';
import { useSignOnWords } from './words.ts';

type Method = Answer<'teams.signInMethods'>['data'][number];
type Draft = ProviderDraft & { readonly signUp: boolean; readonly administrators: boolean };
type EditProps<M> = {
  readonly teamId: string;
  readonly method: M;
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

/** Sets up whom the people of a team sign in by. */
export function EditTeamMethod({ method, ...props }: EditProps<Method | 'new' | undefined>) {
  const t = useSignOnWords();
  return (
    <EditDrawer thing={method} create={t('addMethod')} onClose={props.onClose}>
      {(edited) => <MethodForm method={edited} {...props} />}
    </EditDrawer>
  );
}

function MethodForm({ teamId, method, onClose, onSaved }: EditProps<Method | undefined>) {
  const t = useSignOnWords();
  const mayLetAdministrators = useRights().may('signIn:write');
  const providers = useOperation('teams.signInProviders', { params: { id: teamId } });
  const providerOf = (draft: Draft) => providers.data?.data.find(({ id }) => id === draft.provider);
  const form = useDraft<Draft>({
    first: () => ({
      ...providerDraftOf(method),
      signUp: method?.signUp ?? true,
      administrators: method?.administrators ?? false,
    }),
    send: (draft) => {
      const { name, enabled, signUp, administrators } = draft;
      const body = { name, enabled, signUp, administrators, ...sentOfProvider(providerOf(draft)?.settings, draft) };
      if (method !== undefined)
        return api.call('teams.changeSignInMethod', { params: { id: teamId, methodId: method.id }, body });
      const provider = teamSignInProviders.find((id) => id === draft.provider) ?? teamSignInProviders[0];
      return api.call('teams.addSignInMethod', { params: { id: teamId }, body: { ...body, provider } });
    },
    onSaved: () => {
      onSaved();
      onClose();
    },
  });
  const { draft, edit } = form;
  return (
    <DraftForm
      form={form}
      failed={t('notSaved')}
      onCancel={onClose}
      ready={draft.provider !== ''}
      aside={method !== undefined && <Remove teamId={teamId} method={method} onClose={onClose} onSaved={onSaved} />}
    >
      {method === undefined && (
        <Select
          label={t('provider')}
          choices={(providers.data?.data ?? []).map(({ id, label }) => ({ value: id, label }))}
          value={draft.provider === '' ? null : draft.provider}
          onChange={(provider) => edit({ provider })}
          required
        />
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
        provider={providerOf(draft)}
        read={(body) => api.call('teams.readMetadata', { params: { id: teamId }, body })}
        onRead={(settings) => edit({ values: { ...draft.values, ...settings } })}
      />
      <ProviderSettings provider={providerOf(draft)} draft={draft} edit={edit} set={method?.secrets} />
      <Switch label={t('signUp')} help={t('signUpHelp')} value={draft.signUp} onChange={(signUp) => edit({ signUp })} />
      {mayLetAdministrators && (
        <Switch
          label={t('administrators')}
          help={t('administratorsHelp')}
          value={draft.administrators}
          onChange={(administrators) => edit({ administrators })}
        />
      )}
      <Switch label={t('on')} value={draft.enabled} onChange={(enabled) => edit({ enabled })} />
    </DraftForm>
  );
}

function Remove({ teamId, method, onClose, onSaved }: EditProps<Method>) {
  const t = useSignOnWords();
  const remove = useAction('teams.removeSignInMethod', {
    invalidates: ['teams.signInMethods'],
    failed: t('notRemoved'),
  });
  return (
    <AskingButton
      action={t('remove')}
      title={t('removeTitle', { name: method.name })}
      onConfirm={async () => {
        if ((await remove.run({ params: { id: teamId, methodId: method.id } })) === undefined) return;
        onSaved();
        onClose();
      }}
    >
      {t('removeWhat')}
    </AskingButton>
  );
}
