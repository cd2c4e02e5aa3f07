import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useOperation } from '../../lib/operations.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { LinkButton } from '../ui/link.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

/** One's own keys, as far as they can be used now; `usable` is undefined until they are read. */
export function useUsableKeys() {
  const { data, error, refetch } = useOperation('keys.list', { query: { limit: 100 } });
  const usable = data?.data.filter(
    ({ enabled, expiresAt }) => enabled && (expiresAt === null || expiresAt > Date.now()),
  );
  return { usable, error, retry: () => void refetch() };
}

type UsableKeysProps = {
  readonly keys: ReturnType<typeof useUsableKeys>;
  readonly words: Readonly<Record<'unread' | 'none' | 'what' | 'toKeys', string>>;
  /** What a usable key is for. */
  readonly children: (usable: NonNullable<ReturnType<typeof useUsableKeys>['usable']>) => ReactNode;
};

/** What asks as a key of one's own: whoever has none is led to where one is made. */
export function UsableKeys({ keys: { usable, error, retry }, words, children }: UsableKeysProps) {
  if (usable === undefined)
    return error === null ? (
      <SkeletonRows rows={6} />
    ) : (
      <ErrorState title={words.unread} error={error} onRetry={retry} />
    );
  if (usable.length > 0) return children(usable);
  return (
    <EmptyState
      icon={KeyRound}
      title={words.none}
      action={
        <LinkButton look="primary" to="/keys">
          {words.toKeys}
        </LinkButton>
      }
    >
      {words.what}
    </EmptyState>
  );
}
