import type { ProviderDraft } from './provider-draft.ts';
import { fieldsOf } from './schema-draft.ts';
import { SchemaFields } from './schema-fields.tsx';

type ProviderSettingsProps = {
  /** The JSON Schemas of what it asks for; undefined draws nothing. */
  readonly provider: { readonly settings: unknown; readonly secrets: unknown } | undefined;
  readonly draft: Pick<ProviderDraft, 'values' | 'secrets'>;
  readonly edit: (patch: Pick<ProviderDraft, 'values'> | Pick<ProviderDraft, 'secrets'>) => void;
  /** Secrets that are set already. */
  readonly set: readonly string[] | undefined;
};

/** What a provider asks for: its settings, then its secrets. */
export const ProviderSettings = ({ provider, draft: { values, secrets }, edit, set = [] }: ProviderSettingsProps) => (
  <>
    <SchemaFields
      fields={fieldsOf(provider?.settings)}
      values={values}
      onChange={(name, value) => edit({ values: { ...values, [name]: value } })}
    />
    <SchemaFields
      secret
      fields={fieldsOf(provider?.secrets)}
      values={secrets}
      set={set}
      onChange={(name, value) => edit({ secrets: { ...secrets, [name]: value } })}
    />
  </>
);
