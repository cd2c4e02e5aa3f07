import type { ModelWatchView } from '@tollgate/contract/api/channel-inquiries';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../../lib/api.ts';
import { errorOf } from '../../../lib/error-of.ts';
import { inTurns } from './in-turns.ts';

/** What is done with every watched channel, and how far it is. */
export type Round = {
  readonly kind: 'look' | 'serve';
  readonly done: number;
  readonly all: number;
  /** What did not come about, by channel. */
  readonly failed: readonly { readonly channelId: string; readonly channel: string; readonly error: Error }[];
  readonly running: boolean;
};

/** So many upstreams are asked at once. */
const looksAtOnce = 4;
const touched = ['channels.watches.list', 'channels.read', 'channels.list', 'overview.gateway', 'audit.list'] as const;

/**
 * Asks the upstreams of all watched channels for their lists, or serves what was found at all of them. One channel that
 * fails does not stop the others; `stop` lets those end that are under way.
 */
export function useAllWatches() {
  const queries = useQueryClient();
  const [round, setRound] = useState<Round>();
  const stopper = useRef<AbortController>(undefined);
  useEffect(() => () => stopper.current?.abort(), []);

  const go = async (
    kind: Round['kind'],
    watches: readonly ModelWatchView[],
    run: (watch: ModelWatchView) => Promise<unknown>,
  ): Promise<readonly ModelWatchView[]> => {
    const stop = new AbortController();
    stopper.current = stop;
    const well: ModelWatchView[] = [];
    setRound({ kind, done: 0, all: watches.length, failed: [], running: true });
    // Configuration is written one change after the other anyhow.
    await inTurns(
      watches,
      kind === 'look' ? looksAtOnce : 1,
      async (watch) => {
        const failed = await run(watch).then(
          () => {
            well.push(watch);
            return [];
          },
          (thrown: unknown) => [{ channelId: watch.channelId, channel: watch.channel, error: errorOf(thrown) }],
        );
        setRound((now) => now && { ...now, done: now.done + 1, failed: [...now.failed, ...failed] });
      },
      stop.signal,
    );
    setRound((now) => now && { ...now, running: false });
    await Promise.all(touched.map((operation) => queries.invalidateQueries({ queryKey: [operation] })));
    return well;
  };

  return {
    round,
    stop: () => stopper.current?.abort(),
    look: (watches: readonly ModelWatchView[]) =>
      go('look', watches, async ({ channelId }) => api.call('channels.watches.look', { params: { id: channelId } })),
    /** Serves what is new, and with `drop` stops serving what is gone. Returns the channels where it came about. */
    serve: (watches: readonly ModelWatchView[], drop: boolean) =>
      go('serve', watches, async ({ channelId, new: add, gone }) =>
        api.call('channels.watches.take', {
          params: { id: channelId },
          body: { add, remove: drop ? gone.map(({ name }) => name) : [] },
        }),
      ),
  };
}
