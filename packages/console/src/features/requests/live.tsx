import { ArrowUp, Pause } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from '../../components/ui/button.tsx';
import { meKey } from '../../lib/session.ts';
import { useRequestWords } from './words.ts';

export type LiveState = 'live' | 'paused' | 'connecting';

type LiveProps = {
  readonly state: LiveState;
  readonly waiting: number;
  /** Switches it off or on. */
  readonly onSwitch: () => void;
  /** Back to the latest. */
  readonly onLatest: () => void;
};

/** Whether requests come in as they end, and how many wait above what is looked at. */
export function Live({ state, waiting, onSwitch, onLatest }: LiveProps) {
  const t = useRequestWords();
  return (
    <span className="flex items-center gap-1">
      <Button
        look="quiet"
        size="small"
        onPress={onSwitch}
        aria-label={t(state === 'paused' ? 'goOn' : 'pause')}
        aria-keyshortcuts="t"
      >
        {state === 'paused' ? (
          <Pause aria-hidden className="size-3.5" />
        ) : (
          <span className={`size-2 rounded-full ${state === 'live' ? 'animate-pulse bg-good' : 'bg-muted'}`} />
        )}
        {t(state)}
      </Button>
      {waiting > 0 && (
        <Button look="primary" size="small" icon={ArrowUp} onPress={onLatest}>
          {t('waiting', { count: waiting })}
        </Button>
      )}
    </span>
  );
}

const announceMs = 5000;

/** Says how many requests are new, politely and at most every five seconds; and what they cost has left the balance. */
export function Announcement({ arrived }: { readonly arrived: number }) {
  const t = useRequestWords();
  const queries = useQueryClient();
  const [said, setSaid] = useState(0);
  const before = useRef(0);
  const now = useRef(arrived);
  useEffect(() => {
    now.current = arrived;
  });
  useEffect(() => {
    const timer = setInterval(() => {
      const fresh = Math.max(0, now.current - before.current);
      before.current = now.current;
      setSaid(fresh);
      if (fresh > 0) void queries.invalidateQueries({ queryKey: meKey });
    }, announceMs);
    return () => clearInterval(timer);
  }, [queries]);
  return (
    <p role="status" className="sr-only">
      {said === 0 ? '' : t('arrived', { count: said })}
    </p>
  );
}
