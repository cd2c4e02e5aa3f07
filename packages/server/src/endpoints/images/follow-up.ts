import { readJson } from '@tollgate/wire/json/read';
import type { RelayDeps } from '../../relay/deps.ts';
import type { FollowUp } from '../../relay/exchange.ts';
import type { Candidate } from '../../relay/request-context.ts';
import type { UpstreamRequest } from '../../upstream/upstream.ts';
import { requestOf } from '../shared/task-requests.ts';
import { imagesEgressFor } from './translate.ts';

const firstMs = 1000;
const mostMs = 5000;

/** How pictures are waited for of a candidate that only begins them; undefined where it answers with them. */
export function followUpFor(deps: RelayDeps, candidate: Candidate): FollowUp | undefined {
  const pendingId = imagesEgressFor(candidate)?.pendingId;
  if (!pendingId || !candidate.dialect.videos) return undefined;
  let id: string | undefined;
  const ask = (what: 'status' | 'cancel'): UpstreamRequest | Promise<UpstreamRequest> | undefined =>
    id === undefined ? undefined : requestOf(deps, candidate, what, { id });
  return {
    next(body) {
      const read = readJson(body);
      id = 'json' in read ? pendingId(read.json) : undefined;
      return ask('status');
    },
    afterMs: (asked) => Math.min(mostMs, firstMs * (asked + 1)),
    giveUp: () => ask('cancel'),
  };
}

/** The request with what its vendor wants of those that begin something. */
export function asBeginning(request: UpstreamRequest, { dialect }: Candidate): UpstreamRequest {
  const more = dialect.videos?.headers;
  return more ? { ...request, headers: { ...request.headers, ...more } } : request;
}
