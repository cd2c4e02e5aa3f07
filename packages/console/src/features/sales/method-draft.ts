import type { Answer } from '../../lib/api.ts';
import { textOf } from '../../components/form/schema-draft.ts';

type Method = Answer<'paymentMethods.list'>['data'][number];

/** A payment method while it is edited: everything as text, as it is typed. */
export type MethodDraft = {
  readonly provider: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly currency: string;
  readonly rate: string;
  readonly minimumUsd: string;
  readonly maximumUsd: string;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
};

export const draftOf = (method: Method | undefined): MethodDraft => ({
  provider: method?.provider ?? '',
  name: method?.name ?? '',
  enabled: method?.enabled ?? true,
  currency: method?.currency ?? 'USD',
  rate: method?.rate ?? '1',
  minimumUsd: method?.minimumUsd ?? '1',
  maximumUsd: method?.maximumUsd ?? '0',
  values: Object.fromEntries(Object.entries(method?.settings ?? {}).map(([name, value]) => [name, textOf(value)])),
  secrets: {},
});
