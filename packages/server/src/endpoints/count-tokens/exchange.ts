import { parseJson } from '@tollgate/wire/json/exact';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Exchange, WholeAnswer } from '../../relay/exchange.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { passedBody, translate, translatedBody } from '../chat/body.ts';
import type { ChatEndpoint } from '../chat/exchange.ts';
import { countingOf, readerOf } from '../chat/protocols.ts';
import type { ChatState } from '../chat/state.ts';
import { passedHeaders } from '../shared/client-headers.ts';
import { chain, upstreamRequest } from '../shared/upstream-request.ts';

/** Asks a provider that counts, in its own protocol, how many tokens the request would be. */
export function countExchange(
  deps: RelayDeps,
  endpoint: ChatEndpoint,
  context: Planned,
  state: ChatState,
  candidate: Candidate,
): Exchange | Promise<Exchange> {
  const passes = candidate.mode === 'passthrough';
  const passed = passedHeaders(context, candidate);
  const body = passes
    ? passedBody(context, state, candidate, passed)
    : chain(translate(deps, endpoint, context, state, candidate), (translated) =>
        translatedBody(endpoint, context, candidate, translated, passed),
      );
  const asked = chain(body, (late) => upstreamRequest(deps, endpoint, context, candidate, late, passed));
  return chain(asked, (request) => ({
    request,
    conversion: undefined,
    background: false,
    readError: candidate.dialect.readError ?? readerOf(candidate).readError,
    openStream: () => undefined,
    readWhole: (bytes) => (passes ? counted(bytes) : recounted(endpoint, candidate, bytes)),
  }));
}

const counted = (body: Uint8Array | string): WholeAnswer => ({
  usage: undefined,
  outputEstimate: 0,
  write: () => ({ body, contentType: 'application/json', losses: [] }),
});

/** Another protocol's count in the client's. */
function recounted(endpoint: ChatEndpoint, { dialect }: Candidate, bytes: Uint8Array): WholeAnswer {
  const json = parseJson(new TextDecoder().decode(bytes)) ?? null;
  const tokens = countingOf(dialect.protocol).readCount(json);
  if (tokens !== undefined) return counted(JSON.stringify(countingOf(endpoint.protocol).writeCount(tokens)));
  return {
    fault: { cause: 'unexpected_body', detail: 'the upstream did not tell a count', upstream: undefined },
  };
}
