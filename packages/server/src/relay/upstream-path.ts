import type { Operation } from '@tollgate/wire/protocol';
import type { Lane } from '../domain/plan-exchange.ts';
import type { Channel } from '../domain/snapshot.ts';
import type { Dialect } from '../providers/define.ts';
import type { RequestContext } from './request-context.ts';

/** What a dialect is asked for: the client's operation, or the chat that legacy completions become when translated. */
const operationOn = (lane: Lane, operation: Operation): Operation =>
  lane === 'translate' && operation === 'completions' ? 'chat' : operation;

/** Where a dialect is asked; undefined when it has no such operation for this model. */
export function pathOf(
  context: RequestContext,
  channel: Channel,
  plan: { readonly lane: Lane; readonly dialect: Dialect; readonly upstreamModel: string },
  stream: boolean,
): string | undefined {
  return plan.dialect.path(operationOn(plan.lane, context.call.operation), {
    model: plan.upstreamModel,
    settings: channel.settings,
    stream,
  });
}
