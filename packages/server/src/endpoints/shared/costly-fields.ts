import { costlyFieldNames, routingFields } from '@tollgate/contract/entities/pass-fields';
import type { Loss } from '@tollgate/wire/ir/loss';
import type { JsonObject, ProtocolId } from '@tollgate/wire/protocol';
import { passedFields } from '../../relay/plan/passed-fields.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';

/**
 * Fields by which a request makes its vendor serve something dearer than what is priced. What is priced is not here:
 * `best_of`, `n`, `service_tier`, `speed`, sound, and the `fallbacks` of Anthropic's protocol, whose answers tell who gave them.
 */
const costly: Readonly<Partial<Record<ProtocolId, readonly string[]>>> = {
  'openai-chat': costlyFieldNames,
  'openai-responses': costlyFieldNames,
  'anthropic-messages': routingFields,
};

const none: readonly string[] = [];

/** Who asks, and may be allowed more than others. */
type Asker = Pick<Planned, 'key'>;

/** Those of a body that neither its key nor a candidate's channel lets pass, and that its price knows nothing of. */
function costlyIn({ key }: Asker, json: JsonObject, { dialect, target, price }: Candidate): readonly string[] {
  const fields = costly[dialect.protocol];
  if (!fields?.some((field) => Object.hasOwn(json, field))) return none;
  const passes = passedFields(key, target.channel);
  const pricesSearches =
    price !== undefined && ('searches' in price.rates || price.program?.names.includes('searches') === true);
  return fields.filter(
    (field) => Object.hasOwn(json, field) && !passes(field) && !(pricesSearches && field === 'web_search_options'),
  );
}

/** The body without them; the body itself when it has none. */
export function withoutCostlyFields(asker: Asker, json: JsonObject, candidate: Candidate): JsonObject {
  const fields = costlyIn(asker, json, candidate);
  return fields.length === 0
    ? json
    : Object.fromEntries(Object.entries(json).filter(([field]) => !fields.includes(field)));
}

/**
 * A body that was written anew without those that its client named: what translating writes of them is of tools, whose use
 * is told and priced.
 */
export function writtenWithoutCostlyFields(context: Planned, written: JsonObject, candidate: Candidate): JsonObject {
  const asked = context.body.json as JsonObject;
  const fields = costlyIn(context, written, candidate).filter((field) => Object.hasOwn(asked, field));
  return fields.length === 0
    ? written
    : Object.fromEntries(Object.entries(written).filter(([field]) => !fields.includes(field)));
}

/** What is left out of a body that is passed on; of one that is written anew, what else would stand in it. */
export const costlyLosses = (context: Planned, candidate: Candidate, written?: JsonObject): readonly Loss[] =>
  lossesOf(
    costlyIn(context, context.body.json as JsonObject, candidate).filter(
      (field) => !written || Object.hasOwn(written, field),
    ),
  );

const lossesOf = (fields: readonly string[]): readonly Loss[] =>
  fields.map((path) => ({
    path,
    kind: 'dropped',
    detail: 'it could make the vendor serve what is not priced; a key or a channel can let it pass (`passFields`)',
  }));
