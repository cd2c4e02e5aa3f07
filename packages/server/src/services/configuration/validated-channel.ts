import type { ChannelInput } from '@tollgate/contract/api/configuration';
import { overridesSchema } from '@tollgate/contract/api/overrides';
import { channelFields, type ChannelFields } from '@tollgate/contract/entities/channel';
import { pickFields } from '@tollgate/contract/entities/field';
import { z } from 'zod';
import type { ModelMapping, StoredChannel } from '../../domain/configuration.ts';
import { followMappings } from '../../domain/model-mapping.ts';
import type { Overrides } from '../../domain/overrides/run.ts';
import type { AnyProvider } from '../../providers/define.ts';
import { nearest } from '@tollgate/contract/nearest';
import { credentialContext, wiringContext } from '../secret-box/contexts.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import { invalid } from './context.ts';
import { toJson } from './masking.ts';
import { readOverrides, sentenceOf } from './read-overrides.ts';
import { withoutEnd } from '../../domain/without-end.ts';

/** Overrides and proxy of a channel, which are sealed together. */
export type Wiring = { readonly overrides: Overrides; readonly proxy: string | undefined };

/** A credential as wanted: a stored one by its id (new values optional), or a new one with values. */
export type WantedCredential = {
  readonly id: string | undefined;
  readonly values: Readonly<Record<string, string>> | undefined;
  readonly enabled: boolean;
};

/** A channel as wanted, checked against its provider. */
export type WantedChannel = ChannelFields & {
  readonly name: string;
  readonly provider: string;
  readonly baseUrl: string | undefined;
  readonly credentials: readonly WantedCredential[];
  readonly models: readonly ModelMapping[];
  readonly wiring: Wiring;
  readonly disabledReason: string;
};

/** What is checked about a channel beyond its own shape. */
export type ChannelContext = {
  readonly providers: ReadonlyMap<string, AnyProvider>;
  readonly groups: ReadonlySet<string>;
};

/**
 * Checks an input against its provider's schemas and the known groups. `stored` are the credentials an `id` may refer to.
 * Throws a refusal that names the field; it never repeats the value of one.
 */
export function validateChannel(
  input: ChannelInput,
  context: ChannelContext,
  stored: ReadonlySet<string> = new Set(),
): WantedChannel {
  const provider = context.providers.get(input.provider);
  if (provider === undefined) {
    const near = nearest(input.provider, [...context.providers.keys()]);
    throw invalid(
      'provider',
      `there is no provider "${input.provider}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    );
  }
  const baseUrl = input.baseUrl ?? undefined;
  if (baseUrl === undefined && provider.baseUrl === undefined) throw invalid('baseUrl', `${provider.label} needs one`);
  checkFields(provider.settings, input.settings, 'settings');
  const unknownGroup = input.groups.findIndex((group) => !context.groups.has(group));
  if (unknownGroup >= 0) throw invalid(`groups.${unknownGroup}`, `there is no group "${input.groups[unknownGroup]}"`);
  return {
    name: input.name,
    provider: input.provider,
    baseUrl: baseUrl === undefined ? undefined : withoutEnd(baseUrl, '/'),
    credentials: validateCredentials(input, provider, stored),
    models: validateModels(input.models),
    wiring: { overrides: validateOverrides(input.overrides), proxy: input.proxy ?? undefined },
    ...pickFields(channelFields, input),
    disabledReason: '',
  };
}

function validateCredentials(
  input: ChannelInput,
  provider: AnyProvider,
  stored: ReadonlySet<string>,
): readonly WantedCredential[] {
  const wanted = input.credentials.map(({ id, enabled, ...values }, index): WantedCredential => {
    const at = `credentials.${index}`;
    if (id !== undefined && !stored.has(id)) throw invalid(`${at}.id`, 'this channel has no such credential');
    if (id !== undefined && Object.keys(values).length === 0)
      return { id, values: undefined, enabled: enabled ?? true };
    return { id, values: checkFields(provider.credential, values, at), enabled: enabled ?? true };
  });
  if (wanted.length > 0) return wanted;
  // A provider that wants no credential (a local Ollama) still needs a target to route to.
  if (provider.credential.safeParse({}).success) return [{ id: undefined, values: {}, enabled: true }];
  // An account that is signed in to needs a channel to come to.
  if (input.enabled && provider.login === undefined)
    throw invalid('credentials', `${provider.label} needs at least one`);
  return [];
}

/** Strict: a misspelt field is refused, not dropped. Returns the fields as given, defaults left to the reader. */
export function checkFields<T>(
  schema: z.ZodObject,
  values: Readonly<Record<string, T>>,
  at: string,
): Readonly<Record<string, T>> {
  const result = schema.strict().safeParse(values);
  if (result.success) return values;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const near = nearest(key, Object.keys(schema.shape));
    // A slip can turn a secret into a name; only what looks like a field is repeated.
    throw invalid(
      `${at}.${/^[A-Za-z]{1,30}$/.test(key) ? key : '(name)'}`,
      `there is no such field${near === undefined ? '' : `; did you mean "${near}"?`}`,
    );
  }
  throw invalid([at, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is invalid');
}

export function validateModels(models: ChannelInput['models']): readonly ModelMapping[] {
  const mappings = models.map((model): ModelMapping =>
    typeof model === 'string' ? { name: model, upstream: model } : { ...model, upstream: model.upstream ?? model.name },
  );
  const seen = new Set<string>();
  mappings.forEach(({ name }, index) => {
    if (seen.has(name)) throw invalid(`models.${index}`, `"${name}" is there twice`);
    seen.add(name);
  });
  const [cycle] = followMappings(mappings).cycles;
  if (cycle !== undefined)
    throw invalid(
      `models.${mappings.findIndex(({ name }) => name === cycle[0])}`,
      `the mapping goes round in a circle: ${cycle.join(' -> ')}`,
    );
  return mappings;
}

/** Overrides as wanted. Throws the refusal of the first mistake. */
function validateOverrides(sent: ChannelInput['overrides']): Overrides {
  const { overrides, mistakes } = readOverrides(sent);
  const [mistake] = mistakes;
  if (mistake) throw invalid(`overrides.${mistake.path}`, sentenceOf(mistake));
  if (!overrides) throw invalid('overrides', 'cannot be read');
  return overrides;
}

const wiringSchema = z.object({ overrides: overridesSchema, proxy: z.string().optional() });

export function sealWiring(secretBox: SecretBox, channelId: string, wiring: Wiring): string {
  return secretBox.seal(JSON.stringify(wiring), wiringContext(channelId));
}

/** Throws a SecretBoxError when it does not open. */
export function openWiring(secretBox: SecretBox, channel: Pick<StoredChannel, 'id' | 'sealedWiring'>): Wiring {
  const wiring = wiringSchema.parse(JSON.parse(secretBox.open(channel.sealedWiring, wiringContext(channel.id))));
  return { overrides: wiring.overrides, proxy: wiring.proxy };
}

const valuesSchema = z.record(z.string(), z.string());

export function sealCredential(secretBox: SecretBox, id: string, values: Readonly<Record<string, string>>): string {
  return secretBox.seal(JSON.stringify(toJson(values)), credentialContext(id));
}

/** Throws a SecretBoxError when it does not open. */
export function openCredential(
  secretBox: SecretBox,
  credential: { readonly id: string; readonly sealed: string },
): Readonly<Record<string, string>> {
  return valuesSchema.parse(JSON.parse(secretBox.open(credential.sealed, credentialContext(credential.id))));
}
