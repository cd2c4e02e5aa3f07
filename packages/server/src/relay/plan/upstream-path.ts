import type { Operation } from '@tollgate/wire/protocol';
import type { ExchangeMode } from '../../domain/plan-exchange.ts';
import type { Channel } from '../../domain/snapshot.ts';
import { pathFor } from '../../providers/path.ts';
import type { Candidate, RequestContext } from '../request-context.ts';

/** What a dialect is asked for: the client's operation, or the chat that legacy completions become when translated. */
const operationOn = (mode: ExchangeMode, operation: Operation): Operation =>
  mode === 'translate' && operation === 'completions' ? 'chat' : operation;

/** Where a dialect is asked; undefined when it has no such operation for this model. */
export function pathOf(
  context: RequestContext,
  channel: Channel,
  plan: Pick<Candidate, 'mode' | 'dialect' | 'upstreamModel' | 'traits'>,
  stream: boolean,
): string | undefined {
  return pathFor(plan.dialect, operationOn(plan.mode, context.call.operation), {
    model: plan.upstreamModel,
    settings: channel.settings,
    stream,
    onlyBy: plan.traits.onlyBy,
  });
}
