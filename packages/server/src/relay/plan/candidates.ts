import { fallbacksOf, type Stop } from '../../domain/fallbacks.ts';
import { shorten } from '@tollgate/wire/text';
import { cheaperModelFor } from '../../domain/payers.ts';
import { feeOf, ownerOf, stopsWithOwn } from '../../domain/provider-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Channel, KeyRecord, OwnKeys } from '../../domain/snapshot.ts';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Candidate, Inspected, Planned } from '../request-context.ts';
import { AllResting } from './all-resting.ts';
import { modelRefusal, withoutSuffix } from './model-routes.ts';
import { candidatesAt } from './stop-candidates.ts';

/** The model that is routed and priced, and who may serve it in which order. */
export type Routing = Pick<Planned, 'model' | 'otherModels' | 'candidates' | 'cheaper'>;

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
  const { summary } = context;
  const cheaper = cheaperFor(context);
  const instead = cheaper === undefined ? undefined : routingOrNone(deps, endpoint, context, state, cheaper);
  return instead ?? routingOf(deps, endpoint, context, state, summary.model, lastResort);
}

/** The cheaper model that is to answer, if any. A budget of a model counts what is asked of it with more or less thought, too. */
function cheaperFor(context: Inspected): string | undefined {
  const { key, summary, at, snapshot, group } = context;
  if (key.payers === undefined) return undefined;
  const isListed = (snapshot.routes.get(group)?.get(summary.model)?.length ?? 0) > 0;
  const plain = isListed ? undefined : withoutSuffix(context, summary.model)?.model;
  const cheaper = cheaperModelFor(key.payers, summary.model, at);
  return cheaper ?? (plain === undefined ? undefined : cheaperModelFor(key.payers, plain, at));
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
  const models = new Set<string>();
  let refusal: Refusal | undefined;
  for (const stop of stops) {
    try {
      const at = candidatesAt(deps, endpoint, context, state, { asked, stop, lastResort });
      models.add(at.model);
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
  const [model, ...otherModels] = models;
  if (model === undefined) throw refusalAt(stops, context.key, asked, refusal);
  return { model, ...(otherModels.length > 0 && { otherModels }), candidates: [...found.values()] };
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

/**
 * The stops of a request whose owner has provider keys. What it asks for may be served by its name without the end, too; and where
 * `asked` is a cheaper model, what holds for the one that the client asked for holds for it as well.
 */
function stopsAround(own: OwnKeys, house: readonly Stop[], context: Inspected, asked: string): readonly Stop[] {
  const { snapshot, group, summary } = context;
  const { providerKeys: settings } = snapshot.settings;
  const models = [asked, summary.model].flatMap((name) => [name, withoutSuffix(context, name)?.model ?? name]);
  const fee = feeOf(settings, snapshot.groups.get(group));
  return stopsWithOwn(own, house, { group, fee, isOn: settings.enabled, models });
}
