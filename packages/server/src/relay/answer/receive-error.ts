import { causeOf } from '../../domain/causes.ts';
import { withPause } from '../../domain/pauses.ts';
import { mappedStatus } from '../../domain/status-mapping.ts';
import { giveUp, leaveUnserved, type Attempt, type Receiver } from '../send/attempt.ts';

/** Most of an error body that is read; what follows is of no use to anyone. */
const maxErrorBytes = 64 << 10;

/** The upstream refused: its words decide whether another target is tried. */
export function receiveError(attempt: Attempt): Receiver {
  const decoder = new TextDecoder();
  let text = '';
  const read = (): void => {
    const { channel } = attempt.candidate.target;
    const said = attempt.exchange.readError(attempt.status, text, (name) => attempt.headers.get(name));
    const failure = withPause(mappedStatus(said, channel), channel.provider, text, attempt.deps.clock.now());
    giveUp(attempt, causeOf(failure, channel.provider), failure.message, failure);
  };
  return {
    data(chunk) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length < maxErrorBytes) return;
      attempt.call.abort();
      read();
    },
    end: read,
    // The status was clear enough; a body that breaks off does not change what it means.
    fail: read,
    left: () => leaveUnserved(attempt),
  };
}
