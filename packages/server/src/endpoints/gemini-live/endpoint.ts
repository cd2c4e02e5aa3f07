import { isObject } from '@tollgate/wire/json/fields';
import { readLiveSetup } from '@tollgate/wire/protocols/gemini/live';
import { shorten } from '@tollgate/wire/text';
import { Refusal } from '../../domain/refusal.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import type { Inspected } from '../../relay/request-context.ts';
import type { SocketSide } from '../../relay/socket-exchange.ts';
import { socketRequest } from '../../relay/socket/socket-request.ts';
import type { AccountRef } from '../../services/conversations/conversations.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { findKept, refuseForeignResources } from '../shared/foreign-resources.ts';
import { openLiveProbe } from './probe.ts';
import { inspectSetup, tokenPrefix } from './setup.ts';

const errors = passthroughOf('gemini');

const paths: readonly string[] = [
  ...['v1beta', 'v1alpha', 'v1'].flatMap((version) =>
    ['BidiGenerateContent', 'BidiGenerateContentConstrained'].map(
      (method) => `/ws/google.ai.generativelanguage.${version}.GenerativeService.${method}`,
    ),
  ),
  ...['v1beta1', 'v1'].map((version) => `/ws/google.cloud.aiplatform.${version}.LlmBidiService/BidiGenerateContent`),
];

/** The account that keeps the session that it goes on with, if it does. */
type State = { readonly account: AccountRef | undefined };

/** Sessions of Google's Live API, as Gemini and Vertex AI hold them. https://ai.google.dev/api/live */
export const geminiLiveEndpoint: Endpoint = defineEndpoint<State>({
  id: 'gemini-live',
  title: 'Gemini Live',
  // Google's SDKs put another slash behind that of the base URL.
  routes: [...paths, ...paths.map((path) => `/${path}`)].map((path) => ({ method: 'GET' as const, path })),
  protocol: 'gemini',
  operation: 'live',
  errors,
  body: 'none',
  answers: ['websocket'],
  charged: true,
  inspect: noPlainRequest,
  begin,
  binding: ({ summary }, { account }) =>
    account && { account, namesOnly: true, refusal: () => unresumable(summary.model) },
  exchange: noPlainRequest,
  socket: {
    subprotocols: [],
    keyInQuery: 'access_token',
    secretPrefix: tokenPrefix,
    inspectFirst: (frame, _limits, _target, secret) => inspectSetup(frame, secret),
    readError: errors.readError,
    async exchange(deps, context, _state, candidate) {
      return {
        request: await socketRequest(deps, geminiLiveEndpoint, context, candidate),
        subprotocols: [],
        readError: errors.readError,
        observe: () => openLiveProbe(deps, context, candidate),
      };
    },
  } satisfies SocketSide<State>,
});

async function begin(deps: RelayDeps, context: Inspected): Promise<State> {
  await refuseForeignResources(deps, context);
  const { key, snapshot, body, summary } = context;
  const asked = isObject(body.json) ? readLiveSetup(body.json) : undefined;
  if (!asked || 'invalid' in asked || asked.resumes === undefined) return { account: undefined };
  const kept = (await findKept(deps, key, [asked.resumes])).get(asked.resumes);
  if (kept && 'account' in kept) return { account: kept.account };
  if (snapshot.settings.relay.passResourceIds) return { account: undefined };
  throw unresumable(summary.model);
}

const unresumable = (model: string): Refusal =>
  new Refusal('invalid_request', `There is no such session of "${shorten(model)}" to go on with. Begin another one.`, {
    param: 'setup.sessionResumption.handle',
  });

function noPlainRequest(): never {
  throw new Error('a plain request came to an endpoint of WebSockets');
}
