import { noProviderKeys } from '../../domain/provider-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Channel, KeyRecord, Snapshot } from '../../domain/snapshot.ts';
import type { Call } from '../call.ts';
import type { RelayDeps } from '../deps.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Exchange } from '../exchange.ts';
import { findCandidates } from '../plan/candidates.ts';
import { readRequest } from '../receive/read-request.ts';
import { advance, receive, type Candidate, type Planned } from '../request-context.ts';

/** A request that nobody sent, to one account of one channel. */
export type Trial = {
  readonly channel: Channel;
  /** Index of the account; undefined takes the first that is in use, else the first. */
  readonly credential: number | undefined;
  readonly endpoint: Endpoint;
  readonly target: Call['target'];
  /** Path and query, below the gateway's root. */
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
};

export type DryRun = { readonly context: Planned; readonly candidate: Candidate; readonly exchange: Exchange };

const group = 'trial';
const unlimited: KeyRecord['limits'] = {
  requestsPerMinute: undefined,
  tokensPerMinute: undefined,
  concurrent: undefined,
};

/** Who tries channels: nobody who pays, and somebody who may see what upstreams say. */
const nobody: KeyRecord = {
  id: 'trial',
  name: 'trial',
  enabled: true,
  expiresAt: undefined,
  models: undefined,
  allowedIps: undefined,
  group,
  groupGranted: true,
  limited: false,
  strictConversion: false,
  passFields: [],
  limits: unlimited,
  user: { id: 'trial', role: 'admin', enabled: true, group, limits: unlimited },
};

/**
 * Goes the relay's own steps up to the request that would be sent, and sends nothing. Disabled and resting channels are no
 * exception; nobody is charged. Throws the refusals that a client would be given.
 */
export async function dryRun(deps: RelayDeps, trial: Trial): Promise<DryRun> {
  const { channel: configured, endpoint, target, headers, body } = trial;
  const credential =
    trial.credential === undefined
      ? (configured.credentials.find(({ enabled }) => enabled) ?? configured.credentials[0])
      : configured.credentials.find(({ index }) => index === trial.credential);
  if (!credential) throw new Refusal('not_found', 'The channel has no such credential.', { param: 'credential' });
  const channel: Channel = { ...configured, enabled: true, credentials: [{ ...credential, enabled: true }] };
  // Whatever rests is tried all the same.
  const trying: RelayDeps = { ...deps, health: { ...deps.health, readiness: () => 'ready' } };
  const request = new Request(`http://gateway${trial.path}`, { method: 'POST', headers, body: new Uint8Array(body) });
  const call: Call = { id: 'trial', request, endpoint, target, isTest: true, clientIp: () => '' };
  const received = receive(call, snapshotWith(deps.snapshot(), channel), deps.clock.now(), deps.clock.elapsed());
  try {
    const identified = advance(received, { key: nobody, group, multiplier: 0n });
    const inspected = await readRequest(trying, endpoint, identified);
    const state: unknown = await endpoint.begin(trying, inspected);
    const context = advance(inspected, findCandidates(trying, endpoint, inspected, state));
    const [candidate] = context.candidates;
    if (!candidate) throw new Refusal('protocol_not_supported', 'The channel cannot be asked this.');
    const exchange = await endpoint.exchange(trying, context, state, candidate);
    return { context, candidate, exchange };
  } finally {
    deps.load.bufferedBytes -= received.heldBytes;
    received.heldBytes = 0;
  }
}

/** The configuration as if there were this channel only, and its models were all priced. */
function snapshotWith(snapshot: Snapshot, channel: Channel): Snapshot {
  const routes = new Map([[group, new Map([...channel.models.keys()].map((model) => [model, [channel]]))]]);
  return {
    ...snapshot,
    settings: { ...snapshot.settings, relay: { ...snapshot.settings.relay, allowUnpriced: true } },
    channels: new Map([[channel.id, channel]]),
    providerKeys: noProviderKeys,
    routes,
  };
}
