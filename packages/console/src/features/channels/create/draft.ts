import { entered, fieldsOf } from '../../../components/provider/schema-fields.ts';
import type { Answer } from '../../../lib/api.ts';
import type { Input } from '../../../lib/operations.ts';

export type Provider = Answer<'providers.list'>['data'][number];
export type Values = Readonly<Record<string, string>>;

/** A channel as it is being made: texts as they were typed. */
export type Draft = {
  readonly credential: Values;
  readonly settings: Values;
  readonly baseUrl: string;
  readonly name: string;
  readonly models: readonly string[];
  readonly groups: readonly string[];
  readonly tags: readonly string[];
  readonly priority: number | null;
  readonly weight: number | null;
};

/** What most channels are left with. */
export const freshDraft: Draft = {
  credential: {},
  settings: {},
  baseUrl: '',
  name: '',
  models: [],
  groups: ['default'],
  tags: [],
  priority: 0,
  weight: 1,
};

export type DraftBody = NonNullable<Input<'channels.drafts.models'>['body']>;
export type ChannelBody = NonNullable<Input<'channels.create'>['body']>;

/** Where the account is, as the gateway is asked to try it. Throws where a field that takes JSON holds something else. */
export function trialBody(provider: Provider, draft: Draft): DraftBody {
  const account = entered(fieldsOf(provider.credential, true), draft.credential);
  return {
    provider: provider.id,
    credentials: Object.keys(account).length === 0 ? [] : [account],
    settings: entered(fieldsOf(provider.settings, false), draft.settings),
    ...(draft.baseUrl.trim() !== '' && { baseUrl: draft.baseUrl.trim() }),
    // The gateway checks it by the provider's own schema, from which these fields were drawn.
  } as DraftBody;
}

/** The channel itself; a draft of one takes no requests before it is enabled. */
export function channelBody(provider: Provider, draft: Draft, enabled: boolean): ChannelBody {
  return {
    ...trialBody(provider, draft),
    name: draft.name.trim() === '' ? provider.id : draft.name.trim(),
    models: [...draft.models],
    groups: [...draft.groups],
    tags: [...draft.tags],
    ...(draft.priority !== null && { priority: draft.priority }),
    ...(draft.weight !== null && { weight: draft.weight }),
    enabled,
  };
}

/** Fields of the account that stand open: those it cannot do without, or all of them where none is such. */
export function accountFieldsOf(provider: Provider) {
  const all = fieldsOf(provider.credential, true);
  const asked = all.filter(({ required }) => required);
  return asked.length === 0 ? { asked: all, more: [] } : { asked, more: all.filter(({ required }) => !required) };
}

/** Settings that stand open: those that the provider cannot do without. The others are for who looks for them. */
export function settingsOf(provider: Provider) {
  const all = fieldsOf(provider.settings, false);
  return { asked: all.filter(({ required }) => required), more: all.filter(({ required }) => !required) };
}

/** How many of the fields that are folded away hold something else than most channels have. */
export function changedCount(provider: Provider, draft: Draft): number {
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const fields = (['name', 'groups', 'tags', 'priority', 'weight'] as const).filter(
    (name) => !same(draft[name], freshDraft[name]),
  );
  const settings = settingsOf(provider).more.filter(({ name }) => (draft.settings[name] ?? '').trim() !== '');
  const account = accountFieldsOf(provider).more.filter(({ name }) => (draft.credential[name] ?? '').trim() !== '');
  const address = provider.baseUrl !== null && draft.baseUrl.trim() !== '' ? 1 : 0;
  return fields.length + settings.length + account.length + address;
}

/** The host that requests go to, for telling providers apart; nothing where a channel must say it. */
export function hostOf({ baseUrl }: Pick<Provider, 'baseUrl'>): string | undefined {
  return baseUrl?.replace(/^https?:\/\//, '').split('/')[0];
}
