import type { PlanInput } from '@tollgate/contract/api/plans';
import { channelFields as declaredOfChannel } from '@tollgate/contract/entities/channel';
import { groupFields as declaredOfGroup } from '@tollgate/contract/entities/group';
import { modelFields as declaredOfModel } from '@tollgate/contract/entities/model';
import type { Fields as DeclaredFields, ValuesOf } from '@tollgate/contract/entities/field';
import { conditionText, readCondition } from '@tollgate/contract/price-condition';
import { isList } from '@tollgate/wire/json/fields';
import type { Json } from '@tollgate/wire/protocol';
import type { StoredGroup, StoredModel } from '../../domain/configuration.ts';
import type { StoredModelBundle } from '../../store/configuration/model-bundles.ts';
import type { StoredRole } from '../../store/roles.ts';
import { formatMultiplier, isFree, writePriceSheet } from '../../domain/price-sheet.ts';
import type { WantedChannel } from '../configuration/validated-channel.ts';
import type { WantedGroup } from '../configuration/groups.ts';
import { maskOverrides, maskProxy, toJson } from '../configuration/masking.ts';
import type { WantedModel } from '../configuration/models.ts';

/** One field of an entry: what it is, for comparing, and what may be shown of it. */
type Field = { readonly exact: string; readonly shown: string };

/** An entry as flat fields, so that two of them can be compared and their differences printed. */
export type Fields = ReadonlyMap<string, Field>;

/** A difference as it may be shown; undefined is absent. */
export type FieldChange = {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

const secret = '(secret)';

const plain = (value: Json | undefined): Field => {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return { exact: text, shown: text };
};

/** The differences from `before` to `after`, by path. */
export function compareFields(before: Fields, after: Fields): readonly FieldChange[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].flatMap((path): readonly FieldChange[] => {
    const [old, wanted] = [before.get(path), after.get(path)];
    if (old?.exact === wanted?.exact) return [];
    // Two secrets look alike when masked; the difference must show all the same.
    const shown = old !== undefined && old.shown === wanted?.shown ? `${wanted.shown}, changed` : wanted?.shown;
    return [{ path, before: old?.shown, after: shown }];
  });
}

/** A channel with its secrets; `credentials` are the values as opened. */
export type OpenedChannel = Omit<WantedChannel, 'credentials' | 'disabledReason' | 'name'> & {
  readonly credentials: readonly { readonly values: Readonly<Record<string, string>>; readonly enabled: boolean }[];
};

export function channelFields(channel: OpenedChannel): Fields {
  const fields = new Map<string, Field>();
  fields.set('provider', plain(channel.provider));
  if (channel.baseUrl !== undefined) fields.set('baseUrl', plain(channel.baseUrl));
  channel.credentials.forEach((credential, index) => {
    for (const [name, value] of Object.entries(credential.values))
      fields.set(`credentials[${index}].${name}`, { exact: value, shown: secret });
    fields.set(`credentials[${index}].enabled`, plain(credential.enabled));
  });
  for (const { name, upstream, baseModel, operations } of channel.models) {
    fields.set(`models.${name}`, plain(upstream));
    if (baseModel !== undefined) fields.set(`models.${name}.baseModel`, plain(baseModel));
    if (operations !== undefined) fields.set(`models.${name}.operations`, plain([...operations].toSorted()));
  }
  setDeclared(fields, declaredOfChannel, channel);
  const { overrides, proxy } = channel.wiring;
  const masked = maskOverrides(overrides);
  for (const [name, value] of Object.entries(overrides.headers.set))
    fields.set(`overrides.headers.set.${name}`, { exact: value, shown: masked.headers.set[name] ?? '' });
  for (const [path, value] of Object.entries(overrides.body.set))
    fields.set(`overrides.body.set.${path}`, { exact: plain(value).exact, shown: plain(masked.body.set[path]).shown });
  overrides.body.operations.forEach((operation, index) => {
    const [exact, shown] = [operation, masked.body.operations[index]].map((one) => plain(toJson(one)).exact);
    fields.set(`overrides.body.operations[${index}]`, { exact: exact ?? '', shown: shown ?? '' });
  });
  if (overrides.headers.pass.length > 0) fields.set('overrides.headers.pass', plain(overrides.headers.pass));
  if (overrides.headers.remove.length > 0) fields.set('overrides.headers.remove', plain(overrides.headers.remove));
  if (overrides.body.remove.length > 0) fields.set('overrides.body.remove', plain(overrides.body.remove));
  if (proxy !== undefined) fields.set('proxy', { exact: proxy, shown: maskProxy(proxy) });
  return fields;
}

/** Declared fields, those of JSON key by key. What is empty is absent. */
function setDeclared<F extends DeclaredFields>(fields: Map<string, Field>, declared: F, values: ValuesOf<F>): void {
  for (const [name, { kind }] of Object.entries(declared)) {
    const value = toJson(values[name]);
    if (kind === 'texts') {
      const list = isList(value) ? value.filter((entry) => typeof entry === 'string') : [];
      if (list.length > 0) fields.set(name, plain(list.toSorted()));
    } else if (typeof value === 'object' && value !== null && !isList(value)) {
      for (const [key, inner] of Object.entries(value)) fields.set(`${name}.${key}`, plain(inner));
    } else if (value !== null && value !== '') fields.set(name, plain(value));
  }
}

export function modelFields(model: WantedModel): Fields {
  const fields = new Map<string, Field>();
  if (model.terms === undefined) fields.set('price', plain('none'));
  else if (isFree(model.terms)) fields.set('price', plain('free'));
  else {
    const { tiers = [], rates = [], ...flat } = writePriceSheet(model.terms);
    for (const [name, usd] of Object.entries(flat)) fields.set(`price.${name}`, plain(usd));
    for (const { above, ...tier } of tiers)
      for (const [name, usd] of Object.entries(tier)) fields.set(`price above ${above}.${name}`, plain(usd));
    // Numbered, because the first that fits holds.
    for (const [index, { when, ...named }] of rates.entries()) {
      const path = when === undefined ? 'price' : `price ${index + 1} (${conditionText(readCondition(when))})`;
      for (const [name, usd] of Object.entries(named)) fields.set(`${path}.${name}`, plain(usd));
    }
  }
  if (model.operations !== undefined) fields.set('operations', plain([...model.operations].toSorted()));
  setDeclared(fields, declaredOfModel, model);
  return fields;
}

/** A method (of paying, of signing in) with its secrets, as opened. */
export function methodFields<T extends { readonly name: string; readonly secrets: Readonly<Record<string, string>> }>({
  name: _name,
  secrets,
  ...method
}: T): Fields {
  const fields = new Map<string, Field>();
  for (const [name, value] of Object.entries(method)) {
    const json = toJson(value);
    if (typeof json === 'object' && json !== null && !isList(json))
      for (const [key, inner] of Object.entries(json)) fields.set(`${name}.${key}`, plain(inner));
    else fields.set(name, plain(json));
  }
  for (const [name, value] of Object.entries(secrets)) fields.set(`secrets.${name}`, { exact: value, shown: secret });
  return fields;
}

export const planFields = ({ name: _name, ...plan }: PlanInput): Fields =>
  new Map(Object.entries(plan).map(([field, value]) => [field, plain(toJson(value))]));

/** A role: its description, and how far each of its permissions reaches. */
export const roleFields = ({ description, permissions }: Pick<StoredRole, 'description' | 'permissions'>): Fields =>
  new Map([
    ['description', plain(description)],
    ...Object.entries(permissions).map(([name, reach]) => [`permissions.${name}`, plain(reach)] as const),
  ]);

export const modelBundleFields = ({ description, models }: Pick<StoredModelBundle, 'description' | 'models'>): Fields =>
  new Map([
    ['description', plain(description)],
    ['models', plain(models)],
  ]);

export function groupFields(group: WantedGroup): Fields {
  const fields = new Map<string, Field>([['multiplier', plain(formatMultiplier(group.multiplier))]]);
  for (const [name, multiplier] of group.userGroups)
    fields.set(`userGroups.${name}`, plain(formatMultiplier(multiplier)));
  setDeclared(fields, declaredOfGroup, group);
  return fields;
}

/** Of a secret setting, `value` is what was opened. */
export function settingFields(value: Json, isSecret: boolean): Fields {
  const field = plain(value);
  return new Map([['value', isSecret ? { ...field, shown: secret } : field]]);
}

/** The stored entries as wanted ones, for comparing. */
export const storedModelFields = (model: StoredModel): Fields => modelFields({ ...model, terms: model.price });
export const storedGroupFields = (group: StoredGroup): Fields => groupFields(group);
