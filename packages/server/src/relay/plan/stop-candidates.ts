import type { Dialect } from '../../providers/define.ts';
import { shorten } from '@tollgate/wire/text';
import type { Reasoning } from '@tollgate/wire/ir/request';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { Operation } from '@tollgate/wire/protocol';
import { maxOutputTokensOf, operationsOf, priceForFee, priceOf } from '../../domain/catalogue.ts';
import { serves } from '../../domain/model-operations.ts';
import { planExchange } from '../../domain/plan-exchange.ts';
import type { Stop } from '../../domain/fallbacks.ts';
import { lotOf } from '../../domain/affinity.ts';
import { priceOfRequest } from '../../domain/price-expression/asked.ts';
import { rankChannels, type Target } from '../../domain/rank-channels.ts';
import type { Aside, AsideReason } from '../../domain/record.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Channel } from '../../domain/snapshot.ts';
import type { RelayDeps } from '../deps.ts';
import type { Binding, Endpoint } from '../endpoint.ts';
import type { Candidate, Inspected } from '../request-context.ts';
import { AllResting } from './all-resting.ts';
import { modelRefusal, routesOf, servedBy } from './model-routes.ts';
import { pathOf } from './upstream-path.ts';

/** What a stop has for a request: the name by which its channels list the model, and the ways to serve it. */
export type AtStop = { readonly model: string; readonly candidates: readonly Candidate[] };

/**
 * Every way to serve a request at one stop, in the order in which they are to be tried. Throws the refusal that explains best why
 * there is none.
 */
export function candidatesAt(
  deps: RelayDeps,
  endpoint: Endpoint,
  context: Inspected,
  state: unknown,
  { asked, stop, lastResort }: { readonly asked: string; readonly stop: Stop; readonly lastResort: boolean },
): AtStop {
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
