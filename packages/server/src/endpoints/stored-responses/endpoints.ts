import { shorten } from '@tollgate/wire/text';
import { unknownModel } from '@tollgate/wire/models/traits';
import { ownerOf } from '../../domain/provider-keys.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { EndpointRoute } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import { googleVersions } from '../chat/endpoints.ts';
import { passthroughOf, type ClientProtocol } from '../chat/protocols.ts';
import { findKept, lookedUp } from '../shared/foreign-resources.ts';
import { storedExchange, type StoredState } from './exchange.ts';
import { belowOf, storingAccountOf, type StoredAction } from './storing-account.ts';

/** A protocol whose providers keep answers, and where its clients find them. */
type Shelf = {
  readonly protocol: ClientProtocol;
  /** What the ids of its endpoints begin with. */
  readonly name: string;
  /** Paths of all answers. */
  readonly paths: readonly string[];
};

const responses: Shelf = { protocol: passthroughOf('openai-responses'), name: 'responses', paths: ['/v1/responses'] };
const interactions: Shelf = {
  protocol: passthroughOf('gemini-interactions'),
  name: 'interactions',
  paths: googleVersions.map((version) => `${version}/interactions`),
};

/**
 * Reads, deletes or cancels an answer that its provider keeps, or lists what it was made of. The request goes to the
 * account that made it; whoever does not own it is told that there is none.
 */
const storedEndpoint = (
  { protocol, name, paths }: Shelf,
  action: StoredAction,
  title: string,
  method: EndpointRoute['method'],
): Endpoint<StoredState> => ({
  id: `${name}-${action.replaceAll('_', '-')}`,
  title,
  routes: paths.map((path) => ({ method, path: `${path}/{id}${belowOf(action)}` })),
  protocol: protocol.id,
  operation: 'chat',
  errors: protocol,
  body: 'none',
  answers: action === 'read' ? ['json', 'sse'] : ['json'],
  charged: false,
  inspect: () => nothing,
  async begin(deps, { key, call, snapshot }) {
    const id = call.target.params['id'] ?? '';
    const kept = (await findKept(deps, key, [id])).get(id);
    const account = kept && 'account' in kept ? kept.account : undefined;
    const storing = account && storingAccountOf(snapshot, protocol.id, account);
    const kind = protocol.keeps?.kind ?? 'Answer';
    const owner = storing?.target.channel.broughtBy?.owner;
    // Who has left a team reaches nothing by its provider keys any more.
    if (!storing || (owner !== undefined && owner !== ownerOf(key)))
      throw new Refusal('response_not_found', `${kind} with id '${shorten(id)}' not found.`);
    // What is deleted before it is done could not be charged any more.
    if (action === 'delete' && !(await lookedUp(deps, deps.background.isSettled(key.user.id, id))))
      throw new Refusal('response_in_progress', `The ${kind.toLowerCase()} is still in progress. Cancel it first.`);
    return { action, id, account, storing };
  },
  candidates: (_deps, _context, { storing: { target, dialect } }) => [
    {
      target,
      dialect,
      mode: 'passthrough',
      upstreamModel: '',
      traits: unknownModel,
      maxOutputTokens: undefined,
      reasoning: undefined,
      price: undefined,
    },
  ],
  exchange: (deps, context, state) => storedExchange(deps, context, state),
});

/** Nothing is asked of a model, and nothing is used. */
const nothing = {
  model: '',
  stream: false,
  maxOutputTokens: 0,
  choices: 1,
  wantsUsage: false,
  inputEstimate: 0,
} as const;

export const storedResponsesEndpoints: readonly Endpoint[] = [
  storedEndpoint(responses, 'read', 'OpenAI Responses, a stored response', 'GET'),
  storedEndpoint(responses, 'delete', 'OpenAI Responses, deleting one', 'DELETE'),
  storedEndpoint(responses, 'cancel', 'OpenAI Responses, cancelling one', 'POST'),
  storedEndpoint(responses, 'input_items', 'OpenAI Responses, the input of one', 'GET'),
  storedEndpoint(interactions, 'read', 'Gemini Interactions, a stored interaction', 'GET'),
  storedEndpoint(interactions, 'delete', 'Gemini Interactions, deleting one', 'DELETE'),
  storedEndpoint(interactions, 'cancel', 'Gemini Interactions, cancelling one', 'POST'),
].map(defineEndpoint);
