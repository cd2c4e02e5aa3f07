import type { Loss } from '@tollgate/wire/ir/loss';
import { tierFieldsIn, withoutTier } from '@tollgate/wire/ir/asked-tier';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { jsonOf } from './state.ts';

/** Tiers that cost no more than what the default of a price says. */
const notDearer: ReadonlySet<string> = new Set(['standard', 'flex', 'batch']);

/**
 * Whether a request asks for a service tier for which the model has no price: what is served faster would be charged as if it
 * were not.
 */
function asksUnpriced({ summary, snapshot }: Planned, { price }: Candidate): boolean {
  const { tier } = summary;
  if (tier === undefined || notDearer.has(tier) || !price || snapshot.settings.relay.passUnpricedTiers) return false;
  if (price.program?.asksForTier === true) return false;
  return !price.conditional.some(({ when }) => when.tier?.includes(tier));
}

/** The body without what asks for such a tier; the body itself when it asks for none. */
export const withoutUnpricedTier = (context: Planned, candidate: Candidate, json: JsonObject): JsonObject =>
  asksUnpriced(context, candidate) ? withoutTier(json) : json;

/** What of the client's words is left out by that. */
export const tierLosses = (context: Planned, candidate: Candidate): readonly Loss[] =>
  asksUnpriced(context, candidate)
    ? tierFieldsIn(jsonOf(context)).map((path) => ({
        path,
        kind: 'dropped',
        detail: `the model has no price for ${context.summary.tier}`,
      }))
    : [];
