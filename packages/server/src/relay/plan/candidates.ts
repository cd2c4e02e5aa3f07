import type { Reasoning } from '@tollgate/wire/ir/request';
import { readModelSuffix } from '@tollgate/wire/models/suffix';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { Multiplier } from '../../domain/price.ts';
import { planExchange } from '../../domain/plan-exchange.ts';
import { rankChannels } from '../../domain/rank-channels.ts';
import type { UpstreamModel } from '../../domain/served-model.ts';
import type { Channel, KeyRecord, Snapshot } from '../../domain/snapshot.ts';
import type { Candidate, RequestContext } from '../request-context.ts';
import { canTranslate } from '../chat/protocols.ts';
import { Refusal } from '../../domain/refusal.ts';
import { pathOf } from './upstream-path.ts';
import type { RelayDeps } from '../deps.ts';

/**
 * Every way to serve this request, in the order in which they are to be tried. Throws the refusal that explains best
 * why there is none: unknown model, no way to its provider's protocol, no price, or everything resting.
 */
export function findCandidates(
  deps: RelayDeps,
  context: RequestContext,
  key: KeyRecord,
  asked: string,
): readonly Candidate[] {
  const { routes, model, reasoning } = routesOf(context, key, asked);
  if (routes.length === 0) throw modelRefusal(key, asked);
  context.model = model;

  const { account } = context;
  const hasForeignReasoning = openForeignReasoningChecks(context);
  const plans = new Map<string, Plan>();
  const usable: Channel[] = [];
  let unsupported = false;
  for (const channel of routes) {
    if (account && account.channelId !== channel.id) continue;
    const plan = planFor(context, channel, reasoning, hasForeignReasoning);
    if (plan === 'no-exchange') unsupported = true;
    if (typeof plan === 'string') continue;
    plans.set(channel.id, plan);
    usable.push(channel);
  }
  // The gateway counts by itself where no provider does.
  if (usable.length === 0 && unsupported && !account && context.call.operation === 'count-tokens') return [];
  if (usable.length === 0) throw unusable(context, unsupported);

  const ranking = rankChannels(usable, {
    readiness: (target) => deps.health.readiness(target, plans.get(target.channel.id)?.upstreamModel ?? model),
    random: deps.random,
  });
  if (ranking.order.length === 0)
    throw new Refusal('no_channel', `No channel for the model "${model}" is available at the moment.`, {
      retryAfterMs: ranking.closedUntil === undefined ? 5000 : ranking.closedUntil - deps.clock.elapsed(),
    });
  const candidates: Candidate[] = [];
  for (const target of ranking.order) {
    const plan = plans.get(target.channel.id);
    if (account && account.credential !== target.credential.index) continue;
    if (plan) candidates.push({ target, ...plan });
  }
  if (candidates.length === 0) throw keptElsewhere(model);
  return candidates;
}

/** How a channel serves a request, whichever of its credentials is used. */
type Plan = Omit<Candidate, 'target'>;

/** How this channel would serve the request, or what it lacks for it. */
function planFor(
  context: RequestContext,
  channel: Channel,
  reasoning: Reasoning | undefined,
  hasForeignReasoning: (model: ModelTraits) => boolean,
): Plan | 'no-exchange' | 'no-price' {
  const { model, account, call, summary } = context;
  const { models, settings } = context.snapshot;
  const served = servedBy(context, channel);
  // A place among the routes is had by listing the model.
  if (!served) return 'no-exchange';
  const { upstream: upstreamModel, traits } = served;
  const exchange = planExchange(
    call.protocol.id,
    channel.provider,
    canTranslate,
    (dialect, mode) => pathOf(context, channel, { mode, dialect, upstreamModel, traits }, false) !== undefined,
  );
  if (exchange.mode === 'none') return 'no-exchange';
  // Another protocol has no word for what is kept, or made, while nobody waits.
  const kept = account !== undefined || summary?.background === true;
  if (kept && (exchange.mode !== 'passthrough' || !exchange.dialect.stored)) return 'no-exchange';
  const price = models.get(model)?.price ?? models.get(upstreamModel)?.price;
  if (!price && !settings.relay.allowUnpriced) return 'no-price';
  const passes = exchange.mode === 'passthrough' && (account || !hasForeignReasoning(traits));
  return {
    ...exchange,
    mode: passes ? 'passthrough' : 'translate',
    upstreamModel,
    traits,
    reasoning: reasoning ?? served.reasoning,
    price,
  };
}

/** Why none of a model's channels can serve the request. */
function unusable({ model, account, call }: RequestContext, unsupported: boolean): Refusal {
  if (account) return keptElsewhere(model);
  if (unsupported)
    return new Refusal(
      'protocol_not_supported',
      `The model "${model}" is only served by providers that cannot be asked this from ${call.protocol.id} (${call.operation}).`,
      { param: 'model' },
    );
  return new Refusal('model_price_missing', `The model "${model}" has no price. An administrator must set one.`, {
    param: 'model',
  });
}

const keptElsewhere = (model: string): Refusal =>
  new Refusal(
    'previous_response_not_found',
    `The provider account that keeps what this request names does not serve "${model}" (any more). Send the whole conversation as "input".`,
    { param: 'previous_response_id' },
  );

/** The multiplier for a user of one group who uses another (or the same): an override replaces, it never multiplies. */
export function multiplierFor(snapshot: Snapshot, userGroup: string, group: string): Multiplier {
  const used = snapshot.groups.get(group);
  if (!used) throw new Refusal('group_not_found', `The group "${group}" does not exist.`);
  return used.userGroupMultipliers.get(userGroup) ?? used.multiplier;
}

type Routes = {
  readonly routes: readonly Channel[];
  readonly model: string;
  readonly reasoning: Reasoning | undefined;
};

/**
 * The channels for a model. A name that no channel lists is looked up without what its end asks for, where its family is
 * known for such names: `claude-opus-4-6-high` is `claude-opus-4-6`, thinking hard.
 */
function routesOf({ snapshot, group }: RequestContext, key: KeyRecord, asked: string): Routes {
  const routes = snapshot.routes.get(group);
  const exact = routes?.get(asked) ?? [];
  const suffixed = exact.length === 0 ? readModelSuffix(asked) : undefined;
  if (!suffixed || !snapshot.settings.relay.modelSuffixes[suffixed.family])
    return { routes: allowed(key, asked) ? exact : [], model: asked, reasoning: undefined };
  const { model, reasoning } = suffixed;
  const permitted = allowed(key, asked) || allowed(key, model);
  return { routes: (permitted && routes?.get(model)) || [], model, reasoning };
}

/** The model as the channel serves it; of a name with such an end, the vendor itself knows only the rest. */
function servedBy({ snapshot, model }: RequestContext, channel: Channel): UpstreamModel | undefined {
  const served = channel.models.get(model);
  const suffixed = served?.suffixed;
  return suffixed && snapshot.settings.relay.modelSuffixes[suffixed.family] ? suffixed : served;
}

const allowed = (key: KeyRecord, model: string): boolean => key.models === undefined || key.models.has(model);

function modelRefusal(key: KeyRecord, model: string): Refusal {
  if (!allowed(key, model))
    return new Refusal('model_not_allowed', `This API key may not use the model "${model}".`, { param: 'model' });
  return new Refusal('model_not_found', `The model "${model}" does not exist or is not available to this API key.`, {
    param: 'model',
  });
}

/**
 * Whether a conversation was elsewhere before, by model. It cannot pass as it is then: its signatures are for those who
 * gave them, and are left out where it is translated. Asked once for all channels of a model.
 */
function openForeignReasoningChecks({ call, json }: RequestContext): (model: ModelTraits) => boolean {
  const known = new Map<ModelTraits, boolean>();
  return (model) => {
    const before = known.get(model);
    if (before !== undefined) return before;
    const { protocol, operation } = call;
    // What is taken out as it passes is no reason to translate.
    const passed = protocol.withoutForeignSignatures(json, model);
    const foreign = operation === 'chat' && protocol.hasForeignReasoning(passed, model);
    known.set(model, foreign);
    return foreign;
  };
}
