import type { Dialect } from '../../providers/define.ts';
import { shorten } from '@tollgate/wire/text';
import type { Reasoning } from '@tollgate/wire/ir/request';
import { readModelSuffix } from '@tollgate/wire/models/suffix';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { Operation } from '@tollgate/wire/protocol';
import { maxOutputTokensOf, operationsOf, priceForFee, priceOf } from '../../domain/catalogue.ts';
import { serves } from '../../domain/model-operations.ts';
import { cheaperModelFor } from '../../domain/payers.ts';
import { planExchange } from '../../domain/plan-exchange.ts';
import { fallbacksOf, type Stop } from '../../domain/fallbacks.ts';
import { lotOf } from '../../domain/affinity.ts';
import { priceOfRequest } from '../../domain/price-expression/asked.ts';
import { feeOf, ownerOf, stopsWithOwn } from '../../domain/provider-keys.ts';
import { rankChannels, type Target } from '../../domain/rank-channels.ts';
import type { Aside, AsideReason } from '../../domain/record.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { UpstreamModel } from '../../domain/served-model.ts';
import type { Channel, KeyRecord, OwnKeys } from '../../domain/snapshot.ts';
import type { RelayDeps } from '../deps.ts';
import type { Binding, Endpoint } from '../endpoint.ts';
import type { Candidate, Inspected, Planned } from '../request-context.ts';
import { AllResting } from './all-resting.ts';
import { pathOf } from './upstream-path.ts';

/** The model that is routed and priced, and who may serve it in which order. */
export type Routing = Pick<Planned, 'model' | 'candidates' | 'cheaper'>;

/**
 * Every way to serve this request, in the order in which they are to be tried: those of its group, and then those of the stops that
 * its key goes on to. Throws the refusal that explains best why there is none: unknown model, no way to its provider's protocol,
 * no price, or everything resting. As the `lastResort` those too that rest by the gateway's own guess.
 */
export function findCandidates(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
  lastResort = false,
): Routing {
  const own = endpoint.candidates?.(deps, context, state);
  if (own) return { model: context.summary.model, candidates: own };
  const { key, summary, at } = context;
  const cheaper = key.payers === undefined ? undefined : cheaperModelFor(key.payers, summary.model, at);
  const instead = cheaper === undefined ? undefined : routingOrNone(deps, endpoint, context, state, cheaper);
  return instead ?? routingOf(deps, endpoint, context, state, summary.model, lastResort);
}

/** The same for a cheaper model in place of the one that was asked; undefined where it cannot answer, or rests. */
function routingOrNone(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
  cheaper: string,
): Routing | undefined {
  try {
    return { ...routingOf(deps, endpoint, context, state, cheaper, false), cheaper: true };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return undefined;
  }
}

/** Every way to have `asked` answer a request. */
function routingOf(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
  asked: string,
  lastResort: boolean,
): Routing {
  // Asked again after a moment, when all rested before.
  if (context.aside.length > 0) context.aside = [];
  const { snapshot, key, group, multiplier } = context;
  const routes = (model: string): readonly Channel[] => snapshot.routes.get(group)?.get(model) ?? [];
  const first: Stop = { group, multiplier, routes };
  const brought = snapshot.providerKeys.byOwner.get(ownerOf(key));
  if (brought === undefined && key.fallbacks === undefined)
    return candidatesAt(deps, endpoint, context, state, { asked, stop: first, lastResort });
  const house = [first, ...fallbacksOf(snapshot, key, first)];
  const stops = brought === undefined ? house : stopsAround(brought, house, context, asked);
  return goOn(deps, endpoint, context, state, { asked, stops, lastResort });
}

/** The candidates of all stops. A target that stands at two is tried at the first of them. */
function goOn(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
  {
    asked,
    stops,
    lastResort,
  }: { readonly asked: string; readonly stops: readonly Stop[]; readonly lastResort: boolean },
): Routing {
  const found = new Map<string, Candidate>();
  let model: string | undefined;
  let refusal: Refusal | undefined;
  for (const stop of stops) {
    try {
      const at = candidatesAt(deps, endpoint, context, state, { asked, stop, lastResort });
      model ??= at.model;
      for (const candidate of at.candidates) {
        const { channel, credential } = candidate.target;
        const name = `${channel.id}#${credential.index}`;
        const isUsual = stop.group === context.group && stop.multiplier === context.multiplier;
        if (!found.has(name)) found.set(name, isUsual ? candidate : { ...candidate, stop });
      }
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      refusal = worthier(refusal, thrown);
    }
  }
  if (model === undefined) throw refusalAt(stops, context.key, asked, refusal);
  return { model, candidates: [...found.values()] };
}

/** What rests comes back, and is worth more to know than what is not there; that a stop does not have the model tells least. */
function worthier(known: Refusal | undefined, other: Refusal): Refusal {
  if (known instanceof AllResting) return other instanceof AllResting ? known.and(other) : known;
  return other instanceof AllResting || known === undefined || known.code === 'model_not_found' ? other : known;
}

/** Why no stop serves a request. */
function refusalAt(stops: readonly Stop[], key: KeyRecord, asked: string, found: Refusal | undefined): Refusal {
  const refusal = found ?? modelRefusal(key, asked);
  if (refusal.code !== 'model_not_found' || !stops.every(({ isOwn }) => isOwn)) return refusal;
  const words = `The model "${shorten(asked)}" is asked by provider keys of your own only, and none of them is in use.`;
  return new Refusal('no_channel', words, { param: 'model' });
}

/** Those of one stop. */
function candidatesAt(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
  { asked, stop, lastResort }: { readonly asked: string; readonly stop: Stop; readonly lastResort: boolean },
): Routing {
  const { key } = context;
  const { routes, model, reasoning } = routesOf(context, key, asked, stop.routes);
  if (routes.length === 0) throw modelRefusal(key, asked);

  const binding = endpoint.binding?.(context, state);
  const account = binding?.account;
  const ask: Ask = {
    endpoint,
    context,
    stop,
    model,
    reasoning,
    binding,
    fits: (dialect) => endpoint.fits?.(dialect, state) !== false,
    mustTranslate: openChecks(endpoint, context, state),
  };
  const plans = new Map<string, Plan>();
  const usable: Channel[] = [];
  let unsupported = false;
  let unserved: ReadonlySet<Operation> | undefined;
  for (const channel of routes) {
    if (account && account.channelId !== channel.id) continue;
    const plan = planFor(ask, channel);
    if (plan === 'no-exchange') unsupported = true;
    else if (typeof plan === 'object' && 'serves' in plan) unserved = new Set([...(unserved ?? []), ...plan.serves]);
    if (typeof plan === 'string' || 'serves' in plan) {
      noteAside(context, channel.id, lackOf(plan));
      continue;
    }
    plans.set(channel.id, plan);
    usable.push(channel);
  }
  // The gateway answers by itself where no provider does.
  if (usable.length === 0 && unsupported && !account && endpoint.fallback) return { model, candidates: [] };
  if (usable.length === 0) throw unusable(ask, unsupported, unserved);

  if (!account) context.conversation = conversationOf(deps, context, usable, model);
  const order = orderOf(deps, context, { usable, model, plans, only: account?.credential, lastResort });
  const candidates: Candidate[] = [];
  for (const target of order) {
    const plan = plans.get(target.channel.id);
    if (plan) candidates.push({ target, ...plan });
  }
  if (candidates.length === 0) throw binding?.refusal(model) ?? unusable(ask, unsupported, unserved);
  return { model, candidates };
}

/** The conversation that a request goes on with, where there is a choice of who serves it. */
function conversationOf(
  deps: RelayDeps,
  context: Inspected,
  usable: readonly Channel[],
  model: string,
): string | undefined {
  const hasChoice = usable.length > 1 || (usable[0]?.credentials.length ?? 0) > 1;
  return hasChoice ? deps.affinity.conversationOf(context, model) : undefined;
}

/** Channels that can serve a request, how, and by which accounts. */
type Usable = {
  readonly usable: readonly Channel[];
  readonly model: string;
  readonly plans: ReadonlyMap<string, Plan>;
  readonly only: number | undefined;
  readonly lastResort: boolean;
};

/** The targets in the order in which they are tried. Throws the refusal when all of them rest. */
function orderOf(
  deps: RelayDeps,
  context: Inspected,
  { usable, model, plans, only, lastResort }: Usable,
): readonly Target[] {
  const { conversation, snapshot } = context;
  const { order, closedUntil, stated } = rankChannels(usable, {
    only,
    lastResort,
    readiness: (target) => {
      const state = deps.health.readiness(target, plans.get(target.channel.id)?.upstreamModel ?? model);
      if (typeof state === 'object' && (state.stated || !lastResort))
        noteAside(context, target.channel.id, 'resting', {
          credential: target.credential.index,
          forMs: Math.round(state.closedUntil - deps.clock.elapsed()),
        });
      return state;
    },
    ...(conversation === undefined
      ? {
          prefer: (channel: Channel, targets: readonly Target[]) => deps.accounts.prefer(channel, targets),
          random: deps.random,
        }
      : { random: ({ channel, credential }: Target) => lotOf(conversation, `${channel.id}#${credential.index}`) }),
  });
  if (order.length === 0 && closedUntil !== undefined)
    throw new AllResting({ model, until: closedUntil, stated, now: deps.clock.elapsed() });
  if (order.length === 0 && only === undefined) {
    const words = `No channel for the model "${shorten(model)}" has an account in use.`;
    throw new Refusal('no_channel', words, { retryAfterMs: 5000 });
  }
  return conversation === undefined ? order : deps.affinity.prefer(conversation, order, snapshot.settings.affinity);
}

/** More of them are not written down: they are read by people. */
const maxAside = 8;

/** Keeps in mind why a target is no candidate, for who asks later. Nothing is made while there is none. */
function noteAside(
  context: Inspected,
  channelId: string,
  reason: AsideReason,
  { credential, forMs }: Partial<Pick<Aside, 'credential' | 'forMs'>> = {},
): void {
  if (context.aside.length < maxAside) context.aside = [...context.aside, { channelId, credential, reason, forMs }];
}

function lackOf(plan: Unserved | 'no-exchange' | 'no-price'): AsideReason {
  if (plan === 'no-price') return 'no_price';
  return plan === 'no-exchange' ? 'no_exchange' : 'operation';
}

/** How a channel serves a request, whichever of its credentials is used. */
type Plan = Omit<Candidate, 'target'>;

/** The model is not for what is asked, but for these. */
type Unserved = { readonly serves: readonly Operation[] };

/** What is asked of every channel. */
type Ask = {
  readonly endpoint: Endpoint;
  readonly context: Inspected;
  readonly stop: Pick<Stop, 'multiplier'>;
  readonly model: string;
  readonly reasoning: Reasoning | undefined;
  readonly binding: Binding | undefined;
  fits(dialect: Dialect): boolean;
  mustTranslate(model: ModelTraits): boolean;
};

/** How this channel would serve the request, or what it lacks for it. */
function planFor(ask: Ask, channel: Channel): Plan | Unserved | 'no-exchange' | 'no-price' {
  const { endpoint, context, model, binding } = ask;
  const { models, settings } = context.snapshot;
  const { translation } = endpoint;
  const served = servedBy(context, channel, model);
  // A place among the routes is had by listing the model.
  if (!served) return 'no-exchange';
  const { upstream: upstreamModel, traits } = served;
  const operations = operationsOf(models, model, served);
  if (operations && !serves(operations, endpoint.operation)) return { serves: operations };
  const exchange = planExchange(
    endpoint.protocol,
    channel.provider,
    (_, to) => translation?.to(to) === true,
    (dialect, mode) =>
      pathOf(endpoint, channel.settings, { mode, dialect, upstreamModel, traits }, false) !== undefined &&
      ask.fits(dialect),
  );
  if (exchange.mode === 'none') return 'no-exchange';
  // Another protocol has no word for what is kept, or made, while nobody waits.
  if (binding && (exchange.mode !== 'passthrough' || !(binding.namesOnly === true || exchange.dialect.stored)))
    return 'no-exchange';
  const price = (channel.broughtBy === undefined ? priceOf : priceForFee)(models, model, served);
  // What costs nothing needs no price: the owner of the key pays the provider.
  const isFree = channel.broughtBy !== undefined && ask.stop.multiplier === 0n;
  if (!price && !settings.relay.allowUnpriced && !isFree) return 'no-price';
  // An answer that is put together from a stream is written anew.
  const assembled = exchange.dialect.streamOnly === true && endpoint.operation === 'chat' && !context.summary.stream;
  // What turns reasoning into text must read what comes.
  const rewrites = channel.thinkingToContent && translation?.to(endpoint.protocol) === true;
  const passes =
    exchange.mode === 'passthrough' && !assembled && (binding?.account || !(rewrites || ask.mustTranslate(traits)));
  return {
    ...exchange,
    mode: passes ? 'passthrough' : 'translate',
    upstreamModel,
    traits,
    maxOutputTokens: maxOutputTokensOf(models, model, served),
    reasoning: ask.reasoning ?? served.reasoning,
    price: price && priceOfRequest(price, context.body.json, context.call.request.headers),
  };
}

/** Why none of a model's channels can serve the request. */
function unusable(
  { endpoint, model, binding }: Ask,
  unsupported: boolean,
  unserved: ReadonlySet<Operation> | undefined,
): Refusal {
  if (binding?.account) return binding.refusal(model);
  if (unserved && !unsupported)
    return new Refusal(
      'operation_not_supported',
      `The model "${shorten(model)}" does not serve ${endpoint.operation}. ${unserved.size > 0 ? `It serves: ${[...unserved].join(', ')}.` : 'It serves nothing that can be asked here.'}`,
      { param: 'model' },
    );
  if (unsupported)
    return new Refusal(
      'protocol_not_supported',
      `The model "${shorten(model)}" is only served by providers that cannot be asked this from ${endpoint.protocol} (${endpoint.operation}).`,
      { param: 'model' },
    );
  return new Refusal(
    'model_price_missing',
    `The model "${shorten(model)}" has no price. An administrator must set one.`,
    {
      param: 'model',
    },
  );
}

type Routes = {
  readonly routes: readonly Channel[];
  readonly model: string;
  readonly reasoning: Reasoning | undefined;
};

/**
 * The stops of a request whose owner has provider keys. What it asks for may be served by its name without the end, too; and where
 * `asked` is a cheaper model, what holds for the one that the client asked for holds for it as well.
 */
function stopsAround(own: OwnKeys, house: readonly Stop[], context: Inspected, asked: string): readonly Stop[] {
  const { snapshot, group, summary } = context;
  const { providerKeys: settings, relay } = snapshot.settings;
  const models = [asked, summary.model].flatMap((name) => {
    const suffixed = readModelSuffix(name);
    return suffixed !== undefined && relay.modelSuffixes[suffixed.family] ? [name, suffixed.model] : [name];
  });
  const fee = feeOf(settings, snapshot.groups.get(group));
  return stopsWithOwn(own, house, { group, fee, isOn: settings.enabled, models });
}

/**
 * The channels for a model. A name that no channel lists is looked up without what its end asks for, where its family is
 * known for such names: `claude-opus-4-6-high` is `claude-opus-4-6`, thinking hard.
 */
function routesOf({ snapshot }: Inspected, key: KeyRecord, asked: string, routed: Stop['routes']): Routes {
  const exact = routed(asked);
  const suffixed = exact.length === 0 ? readModelSuffix(asked) : undefined;
  if (!suffixed || !snapshot.settings.relay.modelSuffixes[suffixed.family])
    return { routes: allowed(key, asked) ? exact : [], model: asked, reasoning: undefined };
  const { model, reasoning } = suffixed;
  const permitted = allowed(key, asked) || allowed(key, model);
  return { routes: permitted ? routed(model) : [], model, reasoning };
}

/** The model as the channel serves it; of a name with such an end, the vendor itself knows only the rest. */
function servedBy({ snapshot }: Inspected, channel: Channel, model: string): UpstreamModel | undefined {
  const served = channel.models.get(model);
  const suffixed = served?.suffixed;
  return suffixed && snapshot.settings.relay.modelSuffixes[suffixed.family] ? suffixed : served;
}

const allowed = (key: KeyRecord, model: string): boolean => key.models === undefined || key.models.has(model);

function modelRefusal(key: KeyRecord, model: string): Refusal {
  if (!allowed(key, model))
    return new Refusal('model_not_allowed', `This API key may not use the model "${shorten(model)}".`, {
      param: 'model',
    });
  return new Refusal(
    'model_not_found',
    `The model "${shorten(model)}" does not exist or is not available to this API key.`,
    {
      param: 'model',
    },
  );
}

/** Whether even an upstream of the same protocol needs a translation, by model; asked once for all channels. */
function openChecks(endpoint: Endpoint, context: Inspected, state: unknown): (model: ModelTraits) => boolean {
  const { translation } = endpoint;
  if (!translation) return () => false;
  const known = new Map<ModelTraits, boolean>();
  return (model) => {
    const before = known.get(model);
    if (before !== undefined) return before;
    const needed = translation.isNeeded(context, state, model);
    known.set(model, needed);
    return needed;
  };
}
