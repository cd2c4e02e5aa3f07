import { Refusal } from '../../domain/refusal.ts';
import { socketsPass } from '../../upstream/upstream-socket.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import type { RelayDeps } from '../deps.ts';
import { headersFor } from '../plan/overridden.ts';
import { pathAt, prepare } from '../plan/targets.ts';
import { pathOf, type Asked } from '../plan/upstream-path.ts';
import type { Candidate, Planned } from '../request-context.ts';
import { authenticate } from '../send/authenticate.ts';

/**
 * The handshake with a candidate at its endpoint's path, authenticated. A promise only where each call is signed. Throws
 * the refusal of a channel whose proxy cannot pass sessions on.
 */
export function socketRequest(
  deps: RelayDeps,
  endpoint: Asked,
  context: Planned,
  candidate: Candidate,
): UpstreamRequest | Promise<UpstreamRequest> {
  const { channel, credential } = candidate.target;
  const prepared = prepare(channel, credential, candidate.upstreamModel);
  if (!socketsPass(prepared.origin.proxy))
    throw new Refusal('protocol_not_supported', 'WebSockets cannot go through the SOCKS proxy of the upstream.');
  const { 'content-type': _type, accept: _accept, ...headers } = headersFor(context, candidate);
  return authenticate(deps, candidate.target, {
    origin: prepared.origin,
    method: 'GET',
    path: pathAt(prepared, pathOf(endpoint, prepared.settings, candidate, true) ?? ''),
    headers,
    body: undefined,
    connectTimeoutMs: channel.timeouts.connectMs ?? context.snapshot.settings.relay.connectTimeoutMs,
  });
}
