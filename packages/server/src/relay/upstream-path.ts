import type { Channel } from '../domain/snapshot.ts';
import type { Candidate, Journey } from './journey.ts';

/** Where a candidate is asked; undefined when its provider has no such operation. What is translated becomes a chat. */
export function pathOf(
  journey: Journey,
  stream: boolean,
  candidate: Omit<Candidate, 'target' | 'price'>,
  channel: Channel,
): string | undefined {
  const operation = candidate.lane === 'translate' ? 'chat' : journey.call.operation;
  return candidate.dialect.path(operation, { model: candidate.upstreamModel, settings: channel.settings, stream });
}
