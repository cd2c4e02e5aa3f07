import type { Catalog, CatalogModel, ModelUptime } from '@tollgate/contract/api/catalog';
import type { Door } from '@tollgate/contract/settings/site';
import { channelState, targetsByChannel } from '../domain/channel-state.ts';
import { multiplierFor } from '../domain/fallbacks.ts';
import type { Health } from '../domain/health.ts';
import { multiplierOne, type Multiplier, type Rates } from '../domain/price.ts';
import {
  formatMultiplier,
  isFree,
  multipliedExpression,
  writePriceSheet,
  type PriceTerms,
} from '../domain/price-sheet.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { listModels, type ListedModel } from '../endpoints/models/models.ts';
import { modelUse, type ModelUse } from '../services/activity/model-uptime.ts';
import type { Database } from '../store/database.ts';

/** So long an answer is good enough: visitors may ask as often as they like. */
const freshMs = 60_000;

type Open = { readonly marketplace: boolean; readonly status: boolean; readonly rankings: boolean };

export type CatalogDeps = {
  readonly snapshot: () => Snapshot;
  readonly database: Database;
  /** How channels do, as this process sees it; `now` is the clock of its times. */
  readonly health: { entries(): Iterable<readonly [string, Readonly<Health>]>; now(): number };
  /** ms since the epoch. */
  readonly now: () => number;
};

/** The models as those of a group see them, as far as `isOpen` lets them. Throws where nothing of it is open. */
export type ReadCatalog = (group: string, isOpen: (door: Door) => boolean) => Promise<Catalog>;

/** The models as those see them who use them: prices, uptime, rankings. */
export function openCatalog({ snapshot: current, database, health, now }: CatalogDeps): ReadCatalog {
  const use = kept(() => modelUse(database, { channelIds: [...current().channels.keys()], now: now() }), now);
  return async (group, isOpen) => {
    const snapshot = current();
    const { marketplace, status, rankings } = snapshot.settings.site;
    const open: Open = { marketplace: isOpen(marketplace), status: isOpen(status), rankings: isOpen(rankings) };
    if (!open.marketplace && !open.status && !open.rankings)
      throw new Refusal('not_found', 'The pages about the models are closed.');
    const used = open.status || open.rankings ? await use() : undefined;
    return present(health, snapshot, { group, open, used: used?.value, at: used?.at ?? now() });
  };
}

/** What is read at most once in a while, and by one reader at a time. A failure is not kept. */
function kept<Value>(read: () => Promise<Value>, now: () => number) {
  let last: { readonly at: number; readonly value: Promise<Value> } | undefined;
  return async (): Promise<{ readonly at: number; readonly value: Value }> => {
    if (last === undefined || now() - last.at >= freshMs || now() < last.at) {
      const fresh = { at: now(), value: read() };
      last = fresh;
      fresh.value.catch(() => {
        if (last === fresh) last = undefined;
      });
    }
    const { at, value } = last;
    return { at, value: await value };
  };
}

type Parts = {
  readonly group: string;
  readonly open: Open;
  readonly used: ModelUse | undefined;
  readonly at: number;
};

function present(health: CatalogDeps['health'], snapshot: Snapshot, { group, open, used, at }: Parts): Catalog {
  const listed = snapshot.groups.has(group) ? listModels(snapshot, { models: undefined, user: { group } }, group) : [];
  const multiplier = snapshot.groups.has(group) ? multiplierFor(snapshot, group, group) : multiplierOne;
  const vendors = new Map(listed.map((model) => [model.id, vendorOf(snapshot, group, model)]));
  const states = open.status ? statesOf(health, snapshot, group) : undefined;
  return {
    at,
    group,
    multiplier: formatMultiplier(multiplier),
    models: open.marketplace ? listed.map((model) => presentModel(model, vendors.get(model.id) ?? '')) : null,
    uptime:
      open.status && used !== undefined
        ? listed.map(({ id }) => ({ ...used.uptime(id), state: states?.(id) ?? 'down' }))
        : null,
    rankings:
      open.rankings && used !== undefined
        ? { day: ranked(used.shares.day), week: ranked(used.shares.week), month: ranked(used.shares.month) }
        : null,
  };

  /** Those that the reader can see, by their share of what all of them had. */
  function ranked(shares: ModelUse['shares']['day']) {
    return listed
      .flatMap(({ id }) => {
        const own = shares.get(id);
        return own === undefined || own.share === 0
          ? []
          : [{ name: id, vendor: vendors.get(id) ?? '', share: own.share, before: own.before }];
      })
      .toSorted((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
  }
}

/** The maker's name; not that of who sells the models of others, which says whom the gateway buys from. */
function vendorOf(snapshot: Snapshot, group: string, { id, ownedBy }: ListedModel): string {
  const channels = snapshot.routes.get(group)?.get(id) ?? [];
  const resold = channels.some((channel) => channel.models.get(id)?.traits.resold === true);
  return resold && channels.some(({ provider }) => provider.id === ownedBy) ? '' : ownedBy;
}

const presentModel = (model: ListedModel, vendor: string): CatalogModel => ({
  name: model.id,
  vendor,
  operations: model.operations === undefined ? null : [...model.operations],
  contextTokens: model.contextTokens ?? null,
  maxOutputTokens: model.maxOutputTokens ?? null,
  input: model.input === undefined ? null : [...model.input],
  output: model.output === undefined ? null : [...model.output],
  reasoning: model.can.reasoning ?? null,
  tools: model.can.tools ?? null,
  structuredOutput: model.can.structuredOutput ?? null,
  title: model.displayName ?? null,
  retiresOn: model.retiresOn ?? null,
  price:
    model.price === undefined || model.multiplier === 0n || isFree(model.price)
      ? null
      : writePriceSheet(multiplied(model.price, model.multiplier)),
});

/** A price as its payer meets it. What is below a nano-dollar per million is left out. */
function multiplied({ rates, conditional, perCall, expression }: PriceTerms, multiplier: Multiplier): PriceTerms {
  const times = (rate: bigint): bigint => (rate * multiplier) / multiplierOne;
  const each = (own: Rates): Rates =>
    Object.fromEntries(Object.entries(own).map(([bucket, rate]) => [bucket, times(rate)]));
  return {
    ...(expression !== undefined && { expression: multipliedExpression(expression, multiplier) }),
    rates: each(rates),
    conditional: conditional.map((one) => ({
      ...one,
      rates: each(one.rates),
      perCall: one.perCall === undefined ? undefined : times(one.perCall),
    })),
    perCall: perCall === undefined ? undefined : times(perCall),
  };
}

/** Whether a model can be served now: by the best channel that there is for it, as this process has seen it. */
function statesOf(health: CatalogDeps['health'], snapshot: Snapshot, group: string) {
  const targets = targetsByChannel(health.entries());
  const now = health.now();
  return (name: string): ModelUptime['state'] => {
    const channels = snapshot.routes.get(group)?.get(name) ?? [];
    const states = channels.map((channel) => channelState(channel, targets.get(channel.id) ?? [], now).state);
    if (states.includes('enabled')) return 'up';
    return states.includes('degraded') ? 'degraded' : 'down';
  };
}
