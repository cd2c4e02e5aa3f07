import type { Loss } from '@tollgate/wire/ir/loss';
import type { JsonObject, ProtocolId } from '@tollgate/wire/protocol';
import type { Planned } from '../../relay/request-context.ts';

/**
 * Fields by which a request says who pays at the vendor, or spends what another request of the vendor's account was given: of
 * clients who share an account, one could shift cost to another.
 */
const billingFields: Readonly<Partial<Record<ProtocolId, readonly string[]>>> = {
  // https://docs.claude.com/en/api/messages: who is billed behind a profile, and credit for a repeated request.
  'anthropic-messages': ['billing_policy', 'fallback_credit_token', 'user_profile_id', 'workspace_id'],
};

const fieldsIn = ({ call, snapshot }: Planned, json: JsonObject): readonly string[] => {
  const fields = snapshot.settings.relay.passBillingFields ? undefined : billingFields[call.endpoint.protocol];
  return fields?.filter((field) => Object.hasOwn(json, field)) ?? [];
};

/** The body without them, unless administrators let them pass; the body itself when it has none. */
export function withoutBillingFields(context: Planned, json: JsonObject): JsonObject {
  const fields = fieldsIn(context, json);
  return fields.length === 0
    ? json
    : Object.fromEntries(Object.entries(json).filter(([field]) => !fields.includes(field)));
}

/** What is left out of a body that is passed on. */
export const billingLosses = (context: Planned, json: JsonObject): readonly Loss[] =>
  fieldsIn(context, json).map((path) => ({ path, kind: 'dropped', detail: 'it says who pays at the vendor' }));
