import { defaultsOf } from '@tollgate/contract/entities/field';
import { groupFields as declaredOfGroup } from '@tollgate/contract/entities/group';
import type { ConfigFile } from '@tollgate/contract/config-file';
import { multiplierOne } from '../../domain/price.ts';
import { defaultGroup, removeGroup, wantGroup, writeGroup } from '../configuration/groups.ts';
import { removeModel, wantModel, writeModel } from '../configuration/models.ts';
import type { PriceOrigin, WantedModel } from '../configuration/models.ts';
import { compareFields, groupFields, modelFields, storedGroupFields, storedModelFields } from './fields.ts';
import { planChannels } from './plan-channels.ts';
import { planModelBundles } from './plan-model-bundles.ts';
import { planPaymentMethods } from './plan-payments.ts';
import { planPlans } from './plan-plans.ts';
import { planRoles } from './plan-roles.ts';
import { planSignInMethods } from './plan-sign-in.ts';
import { planSettings } from './plan-settings.ts';
import type { Planned, RunnableStep, Step } from './plan.ts';
import { compare, complain, deletion, dropped, owned, unique } from './work.ts';
import type { Work } from './work.ts';

/**
 * What it takes to make the database match the file, in an order that works: groups before the channels in them, and
 * their removal after. Only entries that the file owns, names, or takes over from nobody are touched.
 */
export function planFile(options: Omit<Work, 'problems'>): Planned {
  const work: Work = { ...options, problems: [] };
  const { file } = options.read;
  const groups = planGroups(work, file.groups ?? []);
  const steps = [
    ...planSettings(work, file.settings ?? {}),
    ...groups.filter((step) => step.action !== 'delete'),
    ...planModels(work, file.models ?? []),
    ...planChannels(work, file.channels ?? [], groupNames(work, groups)),
    ...planPaymentMethods(work, file.paymentMethods ?? [], groupNames(work, groups)),
    ...planPlans(work, file.plans ?? [], groupNames(work, groups)),
    ...planSignInMethods(work, file.signInMethods ?? []),
    ...planRoles(work, file.roles ?? []),
    ...planModelBundles(work, file.modelBundles ?? []),
    ...groups.filter((step) => step.action === 'delete'),
  ];
  refuseGroupsInUse(work, groups);
  return { steps, problems: work.problems };
}

function planGroups(work: Work, inputs: NonNullable<ConfigFile['groups']>): readonly RunnableStep[] {
  const { context, owner, stored } = work;
  unique(work, 'groups', inputs);
  const rows = new Map(stored.groups.map((row) => [row.name, row]));
  const steps = inputs.map((input, index): RunnableStep => {
    const existing = rows.get(input.name);
    owned(work, existing?.owner, ['groups', index, 'name']);
    const wanted = wantGroup(input);
    const step = compare(
      'group',
      input.name,
      existing && { fields: storedGroupFields(existing), owner: existing.owner },
      groupFields(wanted),
      owner,
    );
    return {
      ...step,
      run: (db) => writeGroup(db, context, { actor: owner, owner, existing, wanted }),
    };
  });
  const gone = dropped(work, stored.groups, inputs, (existing) => {
    if (existing.name !== defaultGroup)
      return deletion('group', existing.name, (db) => removeGroup(db, context, owner, existing));
    const wanted = {
      name: defaultGroup,
      multiplier: multiplierOne,
      userGroups: new Map(),
      ...defaultsOf(declaredOfGroup),
    };
    return {
      kind: 'group',
      name: defaultGroup,
      action: 'release',
      changes: compareFields(storedGroupFields(existing), groupFields(wanted)),
      run: (db) => writeGroup(db, context, { actor: owner, owner: undefined, existing, wanted }),
    };
  });
  return [...steps, ...gone];
}

function groupNames(work: Work, steps: readonly Step[]): ReadonlySet<string> {
  const names = new Set(work.stored.groups.map((group) => group.name));
  for (const step of steps) {
    if (step.action === 'delete') names.delete(step.name);
    else names.add(step.name);
  }
  return names;
}

/** Channels that the file does not own may still need a group that it no longer names. */
function refuseGroupsInUse(work: Work, groups: readonly Step[]): void {
  const named = new Set((work.read.file.channels ?? []).map((channel) => channel.name));
  for (const step of groups) {
    if (step.action !== 'delete') continue;
    const users = work.stored.channels.filter(
      (channel) => channel.owner !== work.owner && !named.has(channel.name) && channel.groups.includes(step.name),
    );
    if (users.length > 0)
      complain(
        work,
        ['groups'],
        `group "${step.name}" cannot be removed: it is in use by ${users.map((user) => `"${user.name}"`).join(', ')}`,
      );
  }
}

function planModels(work: Work, inputs: NonNullable<ConfigFile['models']>): readonly RunnableStep[] {
  const { context, owner, stored, seeds } = work;
  unique(work, 'models', inputs);
  const rows = new Map(stored.models.map((row) => [row.name, row]));
  const steps = inputs.map((input, index): RunnableStep => {
    const existing = rows.get(input.name);
    owned(work, existing?.owner, ['models', index, 'name']);
    const seed = seeds.models.get(input.name);
    const asked = wantModel(input);
    const leavesPrice = input.price === undefined && !input.free;
    const wanted: WantedModel = {
      name: input.name,
      terms: leavesPrice ? seed?.terms : asked.terms,
      maxOutputTokens: asked.maxOutputTokens ?? seed?.maxOutputTokens ?? null,
      operations: asked.operations,
      ownedBy: asked.ownedBy === '' ? (seed?.ownedBy ?? '') : asked.ownedBy,
    };
    const origin: PriceOrigin = leavesPrice && seed ? seed.origin : { source: 'config file', asOf: undefined };
    const step = compare(
      'model',
      input.name,
      existing && { fields: storedModelFields(existing), owner: existing.owner },
      modelFields(wanted),
      owner,
    );
    return {
      ...step,
      run: (db) => writeModel(db, context, { actor: owner, owner, existing, wanted, origin }),
    };
  });
  const gone = dropped(work, stored.models, inputs, (existing) => {
    const seed = seeds.models.get(existing.name);
    if (seed?.terms === undefined)
      return deletion('model', existing.name, (db) => removeModel(db, context, owner, existing));
    const wanted: WantedModel = {
      name: existing.name,
      terms: seed.terms,
      maxOutputTokens: seed.maxOutputTokens,
      operations: undefined,
      ownedBy: seed.ownedBy,
    };
    return {
      kind: 'model',
      name: existing.name,
      action: 'release',
      changes: compareFields(storedModelFields(existing), modelFields(wanted)),
      run: (db) => writeModel(db, context, { actor: owner, owner: undefined, existing, wanted, origin: seed.origin }),
    };
  });
  return [...steps, ...gone];
}
