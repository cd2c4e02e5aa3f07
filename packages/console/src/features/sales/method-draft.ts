import { providerDraftOf, type ProviderDraft } from '../../components/form/provider-draft.ts';
import type { Answer } from '../../lib/api.ts';

type Method = Answer<'paymentMethods.list'>['data'][number];

/** A payment method while it is edited: everything as text, as it is typed. */
export type MethodDraft = ProviderDraft &
  Pick<Method, 'currency' | 'rate' | 'minimumUsd' | 'maximumUsd' | 'position' | 'countries'> & {
    /** An empty group is everybody. */
    readonly discounts: readonly { readonly fromUsd: string; readonly group: string; readonly percent: number }[];
  };

export const draftOf = (method: Method | undefined): MethodDraft => ({
  ...providerDraftOf(method),
  currency: method?.currency ?? 'USD',
  rate: method?.rate ?? '1',
  minimumUsd: method?.minimumUsd ?? '1',
  maximumUsd: method?.maximumUsd ?? '0',
  position: method?.position ?? 0,
  countries: method?.countries ?? [],
  discounts: (method?.discounts ?? []).map(({ fromUsd, group = '', percent }) => ({ fromUsd, group, percent })),
});
