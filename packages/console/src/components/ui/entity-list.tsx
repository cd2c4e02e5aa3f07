import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { CopyButton } from './copy-button.tsx';
import { EmptyState } from './empty-state.tsx';
import { ErrorState } from './error-state.tsx';
import { SkeletonRows } from './skeleton.tsx';
import { useUiWords } from './words.ts';

type EntityListProps<T extends { readonly id: string }> = {
  /** Of `useOperation`. */
  readonly list: {
    readonly data: { readonly data: readonly T[] } | undefined;
    readonly error: Error | null;
    readonly refetch: () => Promise<unknown>;
  };
  readonly failed: string;
  readonly empty: { readonly icon: LucideIcon; readonly title: string; readonly what: string };
  /** Its line. */
  readonly children: (thing: T) => ReactNode;
};

/** A short list of things that are set up here, with the states before there is one. */
export function EntityList<T extends { readonly id: string }>({ list, failed, empty, children }: EntityListProps<T>) {
  const things = list.data?.data;
  return (
    <Card padded={false}>
      {things === undefined ? (
        list.error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState title={failed} error={list.error} onRetry={() => void list.refetch()} />
        )
      ) : things.length === 0 ? (
        <EmptyState icon={empty.icon} title={empty.title}>
          {empty.what}
        </EmptyState>
      ) : (
        <ul>
          {things.map((thing) => (
            <li key={thing.id} className="grid gap-1 border-b border-line px-4 py-3 last:border-b-0">
              {children(thing)}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

type EntityLineProps = {
  readonly thing: { readonly name: string; readonly enabled: boolean; readonly owner: string | null };
  /** Whether it is in use. */
  readonly state: string;
  readonly about: string;
  readonly aside?: ReactNode;
  /** What it is reached by, to be told to others. */
  readonly address?: { readonly label: string; readonly url: string | null };
  /** Not for those that a file keeps. */
  readonly onEdit: (() => void) | undefined;
};

/** One of them: its name, whether it is in use, what it is, who keeps it. */
export function EntityLine({ thing: { name, enabled, owner }, state, about, aside, address, onEdit }: EntityLineProps) {
  const t = useUiWords();
  return (
    <>
      <div className="flex items-start gap-3">
        <div className="flex min-h-6.5 min-w-0 grow flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-medium">{name}</span>
          <Badge tone={enabled ? 'good' : 'plain'}>{state}</Badge>
          <span className="text-small text-muted max-sm:basis-full">{about}</span>
          {owner !== null && (
            <span className="text-small text-muted">{t('managedBy', { file: owner.replace(/^file:/, '') })}</span>
          )}
        </div>
        <div className="flex shrink-0 items-center gap-2">
          {aside}
          {onEdit !== undefined && owner === null && (
            <Button size="small" onPress={onEdit}>
              {t('edit')}
            </Button>
          )}
        </div>
      </div>
      {address !== undefined && address.url !== null && (
        <div className="flex items-center gap-x-2 text-small text-muted max-sm:flex-wrap">
          <span className="shrink-0 max-sm:basis-full">{address.label}</span>
          <code className="min-w-0 font-mono text-xs break-all max-sm:flex-1">{address.url}</code>
          <CopyButton text={address.url} what={address.label} iconOnly />
        </div>
      )}
    </>
  );
}
