import { forAdmins, whole } from './kinds.ts';

/** When one process takes no more. */
export const overload = {
  maxOpenRequests: whole(
    [1, 1_000_000, 20_000],
    'count',
    forAdmins,
    'Open requests in one process beyond which new ones are answered 503.',
  ),
  maxBufferedBytes: whole(
    [1 << 20, 2 ** 40, 1 << 30],
    'bytes',
    forAdmins,
    'Bytes of request bodies (packed, unpacked and parsed) and whole answers held in one process beyond which new requests are answered 503.',
  ),
  maxLoopDelayMs: whole(
    [10, 60_000, 2000],
    'ms',
    forAdmins,
    'Event-loop delay beyond which new requests are answered 503.',
  ),
};
