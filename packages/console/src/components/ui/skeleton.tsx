import { useEffect, useState, type ReactNode } from 'react';
import { useUiWords } from './words.ts';

/** Whether something has taken long enough that its absence should show: a flash of grey is worse than 200 ms of nothing. */
export function useLate(waiting: boolean, afterMs = 200): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setTimeout(() => setLate(true), afterMs);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [waiting, afterMs]);
  return waiting && late;
}

/** A grey place where something will be. Give it the size of what comes. */
export const Bone = ({ className = 'h-4 w-full' }: { readonly className?: string }) => (
  <span aria-hidden className={`block animate-pulse rounded-sm bg-sunken ${className}`} />
);

/** The shape of what is being read, on its first load only. */
export function Skeleton({ children, className = '' }: { readonly children: ReactNode; readonly className?: string }) {
  const t = useUiWords();
  const late = useLate(true);
  return (
    <div role="status" className={`${late ? '' : 'invisible'} ${className}`}>
      <span className="sr-only">{late ? t('loading') : ''}</span>
      {children}
    </div>
  );
}

/** Rows of a list that is being read. */
export const SkeletonRows = ({ rows = 8 }: { readonly rows?: number }) => (
  <Skeleton>
    {Array.from({ length: rows }, (_, row) => (
      // Grey places are all the same: their place is their identity.
      <div key={row} className="flex h-(--row) items-center gap-6 border-b border-line px-4 last:border-b-0">
        <Bone className="h-3.5 w-1/5" />
        <Bone className="h-3.5 w-1/3" />
        <Bone className="ms-auto h-3.5 w-16" />
      </div>
    ))}
  </Skeleton>
);
