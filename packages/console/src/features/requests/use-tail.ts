import type { TailEvent } from '@tollgate/contract/api/requests';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../lib/api.ts';
import type { Input } from '../../lib/operations.ts';
import { arrived, noTail, released, type Tail } from './tail.ts';

type TailOptions = {
  readonly query: NonNullable<Input<'requests.tail'>['query']>;
  /** Whether anything is watched at all. */
  readonly on: boolean;
  /** The reader looks at rows that must stay where they are. */
  readonly held: boolean;
  /** What was read before does not join what comes: read the log again. */
  readonly onGap: () => void;
};

export type LiveTail = Tail & { readonly connected: boolean };

/** Watches requests as they end. It rests while the tab is hidden, and whenever it comes back the log is read again. */
export function useTail({ query, on, held, onGap }: TailOptions): LiveTail {
  const [tail, setTail] = useState(noTail);
  const [connected, setConnected] = useState(false);
  const visible = useVisible();
  const now = useRef({ held, onGap });
  useEffect(() => {
    now.current = { held, onGap };
  });
  const address = api.address('requests.tail', { query });

  useEffect(() => {
    setTail(noTail);
  }, [address]);
  useEffect(() => {
    if (!on || !visible) return undefined;
    const source = new EventSource(address);
    source.addEventListener('open', () => {
      setConnected(true);
      // What ended since the log was read, or while nobody was connected, was told to nobody.
      now.current.onGap();
    });
    source.addEventListener('error', () => setConnected(false));
    source.addEventListener('message', (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as TailEvent;
      setTail((before) => arrived(before, event, now.current.held));
    });
    return () => {
      source.close();
      setConnected(false);
    };
  }, [address, on, visible]);

  useEffect(() => {
    if (!held) setTail(released);
  }, [held]);
  const { gap } = tail;
  useEffect(() => {
    if (!gap || held) return;
    now.current.onGap();
    // The latest are kept until the log is there again.
    setTail((before) => ({ ...before, shown: before.shown.slice(0, 100), gap: false }));
  }, [gap, held]);
  return { ...tail, connected };
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const listen = (): void => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', listen);
    return () => document.removeEventListener('visibilitychange', listen);
  }, []);
  return visible;
}
