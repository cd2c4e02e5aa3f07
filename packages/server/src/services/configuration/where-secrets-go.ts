import type { ChannelPatch } from '@tollgate/contract/api/configuration';
import { baseUrlOf, ownBaseUrlOf, withSettings } from '../../domain/base-url.ts';
import type { StoredChannel } from '../../domain/configuration.ts';
import type { Overrides } from '../../domain/overrides/run.ts';
import { secretTextsOf } from '../../domain/overrides/secret-texts.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AnyProvider } from '../../providers/define.ts';
import { hasMask } from './masking.ts';
import type { WantedChannel, Wiring } from './validated-channel.ts';

/** Of a channel, what says where its secrets are sent. */
type Addressed = Pick<WantedChannel, 'provider' | 'baseUrl' | 'settings'> & { readonly wiring: Wiring };

/**
 * Refuses to send what is stored of a channel to another address than it was given for: whoever may change a channel could
 * have its secrets sent to a host of their own. Who gives the secrets again knows them already.
 */
export function keepSecretsWhereTheyGo(
  providers: ReadonlyMap<string, AnyProvider>,
  existing: StoredChannel & { readonly wiring: Wiring },
  wanted: WantedChannel,
  sent: Pick<ChannelPatch, 'credentials' | 'overrides'>,
): void {
  const param = movedBy(providers, existing, wanted);
  if (param === undefined) return;
  const isSecret = (id: string): boolean =>
    existing.credentials.some((one) => one.id === id && Object.keys(one.hints).length > 0);
  const kept =
    sent.credentials === undefined
      ? existing.credentials.some(({ id }) => isSecret(id))
      : sent.credentials?.some(
          ({ id, enabled: _, ...values }) => id !== undefined && Object.keys(values).length === 0 && isSecret(id),
        ) === true;
  const before = new Set(secretTextsOf(existing.wiring.overrides));
  const carried =
    (sent.overrides === undefined || hasMask(sent.overrides)) &&
    secretTextsOf(wanted.wiring.overrides).some((text) => before.has(text));
  if (!kept && !carried) return;
  throw new Refusal(
    'forbidden',
    `The secrets of a channel stay with its address: give ${kept ? 'its credentials' : 'the secrets in its overrides'} again together with the new one, or ask root.`,
    { param },
  );
}

/** The field by which secrets would go elsewhere; undefined when they go where they went. */
function movedBy(
  providers: ReadonlyMap<string, AnyProvider>,
  before: Omit<Addressed, 'baseUrl'> & { readonly baseUrl?: string | undefined },
  after: Addressed,
): string | undefined {
  // Another provider reads credentials otherwise, and may show what was secret.
  if (before.provider !== after.provider) return 'provider';
  const provider = providers.get(after.provider);
  const known = provider ? addressesOf(provider, before) : [];
  if (!provider || addressesOf(provider, after).some((one) => !known.some((other) => isSame(one, other))))
    return before.baseUrl === after.baseUrl ? 'settings' : 'baseUrl';
  const exchanged = new Set(tokenHostsOf(provider, before.settings));
  if (tokenHostsOf(provider, after.settings).some((host) => !exchanged.has(host))) return 'settings';
  const proxy = originOf(after.wiring.proxy);
  if (proxy !== undefined && proxy !== originOf(before.wiring.proxy)) return 'proxy';
  const host = hostOverrides(after.wiring.overrides);
  return host !== '' && host !== hostOverrides(before.wiring.overrides) ? 'overrides' : undefined;
}

/** What a provider says of where it is. */
type Located = Pick<AnyProvider, 'baseUrl' | 'elsewhere' | 'byModel' | 'settings' | 'auth'>;

/** How the hosts of a provider begin that need not be asked over the Internet. */
const isLocal = (url: string): boolean =>
  !url.startsWith('https://') || !/^[^/]*\.[a-z]{2,}(?:[:/]|$)/.test(url.slice(8));

/** Whether whatever somebody says in its settings leaves a provider at an address of its vendor's own. */
export function isAtItsOwnAddress({ baseUrl, elsewhere = [], auth }: Located): boolean {
  const tokenUrls = auth.flatMap((one) => (one.by === 'token' ? [one.url] : []));
  const all = [baseUrl, ...elsewhere.map((one) => one.baseUrl), ...tokenUrls];
  return all.every((url) => url !== undefined && (!hostOf(url).includes('{') || fixedEnding(url) !== undefined));
}

/** Whether all of its addresses are names of the Internet. */
export const isOnTheInternet = ({ baseUrl = '', elsewhere = [] }: Located): boolean =>
  [baseUrl, ...elsewhere.map((one) => one.baseUrl)].every((url) => !isLocal(url));

/** Where a provider is asked under these settings; undefined when one of the addresses is none of its vendor's. */
export function ownAddresses(provider: Located, settings: WantedChannel['settings']): readonly string[] | undefined {
  const found = addressesOf(provider, { settings });
  const own = found.filter(({ template, vendors }) => !hostOf(template).includes('{') || vendors !== undefined);
  return found.length > 0 && own.length === found.length ? own.map(({ url }) => url.href) : undefined;
}

const hostOf = (template: string): string => template.split('/')[2] ?? '';

/** An address, and how the vendor's own ones end, where it is one of these. */
type Address = { readonly url: URL; readonly vendors: string | undefined; readonly template: string };

const isSame = (one: Address, other: Address): boolean =>
  one.url.origin === other.url.origin
    ? // Below one host, a vendor's paths may be of different customers.
      one.vendors === undefined || other.vendors === undefined || one.url.pathname === other.url.pathname
    : one.vendors !== undefined && one.vendors === other.vendors && one.url.pathname === other.url.pathname;

/** Where credentials are exchanged for tokens, as far as settings say where. */
function tokenHostsOf(
  { auth, settings }: Pick<AnyProvider, 'auth' | 'settings'>,
  given: WantedChannel['settings'],
): readonly string[] {
  const parsed: Readonly<Record<string, unknown>> = settings.safeParse(given).data ?? {};
  return auth.flatMap((one) => (one.by === 'token' ? [withSettings(hostOf(one.url), parsed)] : []));
}

/** Every address that calls of a channel go to: of some providers, models have their own. */
function addressesOf(
  provider: Omit<Located, 'auth'>,
  { baseUrl, settings: given }: { readonly baseUrl?: string | undefined; readonly settings: WantedChannel['settings'] },
): readonly Address[] {
  if (baseUrl !== undefined) return [{ url: new URL(baseUrl), vendors: undefined, template: baseUrl }];
  const parsed = provider.settings.safeParse(given);
  const settings: Readonly<Record<string, unknown>> = parsed.data ?? {};
  const variants = [settings];
  for (const [name, map] of Object.entries(provider.byModel ?? {}))
    for (const value of Object.values(settings[map] ?? {})) variants.push({ ...settings, [name]: value });
  return variants.flatMap((variant) => {
    const url = baseUrlOf(provider, variant);
    if (url === undefined || !URL.canParse(url)) return [];
    const template = ownBaseUrlOf(provider, variant) ?? '';
    const ending = fixedEnding(template);
    const { hostname } = new URL(url);
    const vendors = ending !== undefined && hostname.endsWith(ending) ? ending : undefined;
    return [{ url: new URL(url), vendors, template }];
  });
}

/** How every host of a template ends, where that is a vendor's own domain: `.amazonaws.com` of `https://x.{region}.amazonaws.com`. */
function fixedEnding(template: string): string | undefined {
  const host = hostOf(template);
  const ending = host.slice(host.lastIndexOf('}') + 1);
  return ending.slice(1).includes('.') ? ending : undefined;
}

function originOf(proxy: string | undefined): string | undefined {
  if (proxy === undefined) return undefined;
  const { protocol, host } = new URL(proxy);
  return `${protocol}//${host}`;
}

/** What a channel says of the Host header, by which one address may be that of many. */
function hostOverrides({ headers, body }: Overrides): string {
  const isHost = (text: string | undefined): boolean => text?.trim().toLowerCase() === 'host';
  const said = [
    Object.entries(headers.set).filter(([name]) => isHost(name)),
    body.operations.filter(({ path, from, to }) => isHost(path) || isHost(from) || isHost(to)),
  ];
  return said.every((one) => one.length === 0) ? '' : JSON.stringify(said);
}
