import type { OpenPublic } from '../egress/open-public.ts';
import type { FetchPublic } from '../egress/fetch-public.ts';
import type { UpstreamClient } from '../upstream/upstream.ts';
import type { openUpstreamSocket } from '../upstream/upstream-socket.ts';
import type { Dice } from './random.ts';
import { demoResults } from './media/now.ts';
import { openDemoUpstream } from './upstream.ts';

/** All of the world that a gateway reaches out to, played here: whoever tries it asks nobody and fetches nothing. */
export const demoOutside = (
  dice: Dice,
): {
  readonly upstream: UpstreamClient;
  readonly openSocket: typeof openUpstreamSocket;
  readonly fetchPublic: FetchPublic;
  readonly openPublic: OpenPublic;
} => ({
  upstream: openDemoUpstream(dice),
  openSocket: (_, handler) => {
    queueMicrotask(() => handler.failed('connect', 'the demonstration opens no sessions'));
    const nothing = (): void => undefined;
    return { send: nothing, buffered: () => 0, pause: nothing, resume: nothing, close: nothing, abort: nothing };
  },
  fetchPublic: () =>
    Promise.resolve({ why: 'url', problem: 'the demonstration fetches nothing', detail: 'demonstration' }),
  openPublic: demoResults,
});
