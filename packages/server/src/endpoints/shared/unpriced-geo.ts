import { geoField } from '@tollgate/wire/ir/asked-tier';
import { globalGeo } from '@tollgate/wire/ir/served-as';
import { shorten } from '@tollgate/wire/text';
import { Refusal } from '../../domain/refusal.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';

/**
 * Refuses a request whose answer is to be kept within a geography for which its model has no price: it would cost more than is charged.
 * It is not left out like a tier: who asks for it would rather have no answer than one from elsewhere. Providers of other protocols are
 * asked without it, which is told as a loss.
 */
export function refuseUnpricedGeo(
  { call, snapshot, summary }: Planned,
  { price, dialect }: Candidate,
  asked: readonly (string | undefined)[] = [summary.geo],
): void {
  const { endpoint } = call;
  if (
    !price ||
    !endpoint.charged ||
    dialect.protocol !== endpoint.protocol ||
    snapshot.settings.relay.passUnpricedTiers
  )
    return;
  if (price.program?.params.includes(geoField) === true) return;
  for (const geo of asked) {
    if (geo === undefined || geo === globalGeo || price.conditional.some(({ when }) => when.geo?.includes(geo)))
      continue;
    const words = `The model "${shorten(summary.model)}" has no price for "${geoField}": "${shorten(geo)}" here. Leave it out, or ask the operator to add one.`;
    throw new Refusal('invalid_request', words, { param: geoField });
  }
}
