import type { Loss } from '@tollgate/wire/ir/loss';
import type { ProtocolId } from '@tollgate/wire/protocol';
import type { Candidate, Planned } from '../../relay/request-context.ts';

/** Headers by which clients of a protocol ask for more than their bodies say. */
const ofProtocol: Readonly<Partial<Record<ProtocolId, readonly string[]>>> = {
  'anthropic-messages': ['anthropic-version', 'anthropic-beta'],
  'openai-chat': ['openai-beta', 'x-client-request-id', 'x-grok-conv-id'],
  'openai-responses': ['openai-beta', 'x-client-request-id', 'x-grok-conv-id'],
  'gemini-interactions': ['x-goog-user-project', 'x-server-timeout', 'api-revision'],
  gemini: [
    'x-goog-user-project',
    'x-server-timeout',
    // They choose how a request is served, and so what it costs; they are told, and nobody takes them.
    'x-vertex-ai-llm-request-type',
    'x-vertex-ai-llm-shared-request-type',
  ],
};

/** Who pays at the vendor, which of clients who share an account none may say; see `billing-fields.ts`. */
const billing: ReadonlySet<string> = new Set(['x-goog-user-project']);

/** Of these, lists of switches; each may be known to a vendor or not. */
const lists: ReadonlySet<string> = new Set(['anthropic-beta', 'openai-beta']);

/**
 * Nothing is lost without them: every upstream that is asked in another way has a version of its own, and the others are for
 * whoever looks for a request, or hints.
 */
const silent: ReadonlySet<string> = new Set([
  'anthropic-version',
  'x-client-request-id',
  'x-grok-conv-id',
  'x-server-timeout',
  'api-revision',
]);

/** What of a client's headers reaches a candidate, and what does not. */
export type Passed = {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Lists that stand in the body there, by field. */
  readonly inBody: Readonly<Record<string, readonly string[]>>;
  readonly losses: readonly Loss[];
};

const nothing: Passed = { headers: {}, inBody: {}, losses: [] };

/** Reads the headers of the client's protocol for a candidate; the very same empty object for clients that send none. */
export function passedHeaders({ call, snapshot }: Planned, candidate: Candidate): Passed {
  const { headers } = call.request;
  const names = ofProtocol[call.endpoint.protocol];
  if (!names?.some((name) => headers.has(name))) return nothing;
  const passed: Record<string, string> = {};
  const inBody: Record<string, readonly string[]> = {};
  const losses: Loss[] = [];
  for (const name of names) {
    const value = headers.get(name);
    if (value === null || !/^[\x20-\x7e]{1,4000}$/.test(value)) continue;
    const held = billing.has(name) && !snapshot.settings.relay.passBillingFields;
    const { taken, left, field } = held
      ? { taken: [], left: [value], field: undefined }
      : shareOf(name, value, call.endpoint.protocol, candidate);
    if (field !== undefined && taken.length > 0) inBody[field] = taken;
    else if (taken.length > 0) passed[name] = taken.join(',');
    if (silent.has(name)) continue;
    for (const one of left)
      losses.push({
        path: lists.has(name) ? `${name}.${one}` : name,
        kind: 'dropped',
        detail: held ? 'it says who pays at the vendor' : 'the upstream does not take this header',
      });
  }
  return { headers: passed, inBody, losses };
}

type Share = {
  readonly taken: readonly string[];
  readonly left: readonly string[];
  readonly field?: string | undefined;
};

/** What the candidate takes of a header's value. What the channel says of the header itself goes before the client's. */
function shareOf(name: string, value: string, protocol: ProtocolId, { dialect, target }: Candidate): Share {
  const values = lists.has(name) ? value.split(',').flatMap((one) => one.trim() || []) : [value];
  const { set, remove } = target.channel.overrides.headers;
  const said = Object.hasOwn(set, name) || remove.includes(name);
  // Of the same protocol whether its bytes pass or are written anew: what a beta allows is in the body all the same.
  const taking = dialect.protocol === protocol && !said ? dialect.clientHeaders?.[name] : undefined;
  if (!taking) return { taken: [], left: values };
  const { accepts, inBody: field } = taking;
  if (accepts === 'all') return { taken: values, left: [], field };
  return {
    taken: values.filter((one) => accepts.includes(one)),
    left: values.filter((one) => !accepts.includes(one)),
    field,
  };
}
