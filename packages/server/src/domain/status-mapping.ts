import type { UpstreamFailure } from '@tollgate/wire/protocol';
import type { Channel } from './snapshot.ts';

/** A refusal with the status that the channel takes for the upstream's own, before anything is decided by it. */
export function mappedStatus<F extends UpstreamFailure>(
  failure: F,
  { statusMapping }: Pick<Channel, 'statusMapping'>,
): F {
  const status = statusMapping[failure.status];
  return status === undefined ? failure : { ...failure, status };
}
