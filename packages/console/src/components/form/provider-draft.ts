import type { z } from '../../lib/zod.ts';
import { fieldsOf, secretsOf, settingsOf, textOf } from './schema-draft.ts';

/** What is entered of something that a provider does (a way to sign in, a way to pay): everything as text, as it is typed. */
export type ProviderDraft = {
  /** Empty until one is chosen. */
  readonly provider: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
};

type Configured = {
  readonly provider: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
};

/** What is entered at first: what there is already, or nothing. Secrets are never told again. */
export const providerDraftOf = (thing: Configured | undefined): ProviderDraft => ({
  provider: thing?.provider ?? '',
  name: thing?.name ?? '',
  enabled: thing?.enabled ?? true,
  values: Object.fromEntries(Object.entries(thing?.settings ?? {}).map(([name, value]) => [name, textOf(value)])),
  secrets: {},
});

/** The provider's settings and secrets as the gateway takes them; `schema` is the provider's of its settings. */
export const sentOfProvider = (
  schema: unknown,
  { values, secrets }: Pick<ProviderDraft, 'values' | 'secrets'>,
): { readonly settings: Record<string, z.core.util.JSONType>; readonly secrets: Record<string, string> } => ({
  settings: settingsOf(fieldsOf(schema), values),
  secrets: secretsOf(secrets),
});
