import { shorten } from '@tollgate/wire/text';
import { unknownModel } from '@tollgate/wire/models/traits';
import { Refusal } from '../../domain/refusal.ts';
import type { EndpointRoute } from '../../relay/call.ts';
import { defineEndpoint, type Endpoint } from '../../relay/endpoint.ts';
import { passthroughOf } from '../chat/protocols.ts';
import { findKept, lookedUp } from '../shared/foreign-resources.ts';
import { storedExchange, type StoredState } from './exchange.ts';
import { storingAccountOf, type StoredAction } from './storing-account.ts';

const protocol = passthroughOf('openai-responses');

/**
 * Reads, deletes or cancels an answer that its provider keeps, or lists what it was made of. The request goes to the
 * account that made it; whoever does not own it is told that there is none.
 */
const storedEndpoint = (action: StoredAction, title: string, route: EndpointRoute): Endpoint<StoredState> => ({
  id: `responses-${action.replaceAll('_', '-')}`,
  title,
  routes: [route],
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
    if (!storing) throw new Refusal('response_not_found', `Response with id '${shorten(id)}' not found.`);
    // What is deleted before it is done could not be charged any more.
    if (action === 'delete' && !(await lookedUp(deps, deps.background.isSettled(key.user.id, id))))
      throw new Refusal('response_in_progress', 'The response is still in progress. Cancel it first.');
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
  storedEndpoint('read', 'OpenAI Responses, a stored response', { method: 'GET', path: '/v1/responses/{id}' }),
  storedEndpoint('delete', 'OpenAI Responses, deleting one', { method: 'DELETE', path: '/v1/responses/{id}' }),
  storedEndpoint('cancel', 'OpenAI Responses, cancelling one', { method: 'POST', path: '/v1/responses/{id}/cancel' }),
  storedEndpoint('input_items', 'OpenAI Responses, the input of one', {
    method: 'GET',
    path: '/v1/responses/{id}/input_items',
  }),
].map(defineEndpoint);
