import type { KeyView } from '@tollgate/contract/api/keys';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { usd, usdOf } from '../../lib/money.ts';
import { calendarDay, fullMoment } from '../../lib/moments.ts';
import { navigate, useRouteLocation } from '../../lib/router.tsx';
import { CreateKey } from './create-key.tsx';
import { NewKey } from './new-key.tsx';

type FreshKey = Answer<'keys.create'>;

/** One's own API keys: list, create, disable. */
export function Keys() {
  const { search } = useRouteLocation();
  const queries = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [fresh, setFresh] = useState<FreshKey>();
  const heading = useRef<HTMLHeadingElement>(null);
  const after = search.get('after');
  const page = useQuery({
    queryKey: ['keys', after],
    queryFn: ({ signal }) => api.call('keys.list', { query: { after: after ?? undefined }, signal }),
  });
  const keys = page.data?.data;
  const next = page.data?.next ?? null;

  return (
    <section aria-labelledby="keys-title">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 ref={heading} id="keys-title" tabIndex={-1} className="text-xl font-semibold tracking-tight">
          API keys
        </h1>
        {!creating && (
          <Button
            look="primary"
            onClick={() => {
              setFresh(undefined);
              setCreating(true);
            }}
          >
            <Icon name="plus" />
            Create key
          </Button>
        )}
      </div>
      {creating && (
        <CreateKey
          onCancel={() => {
            setCreating(false);
            heading.current?.focus();
          }}
          onCreated={(key) => {
            setCreating(false);
            setFresh(key);
            void queries.invalidateQueries({ queryKey: ['keys'] });
          }}
        />
      )}
      {fresh !== undefined && (
        <NewKey
          secret={fresh.key}
          name={fresh.name}
          onDone={() => {
            setFresh(undefined);
            heading.current?.focus();
          }}
        />
      )}
      {page.error !== null && (
        <div className="mt-4">
          <ErrorNotice title="The keys could not be read" error={page.error} />
        </div>
      )}
      <Card className="mt-4">
        {keys === undefined ? (
          <div className="h-48" aria-busy={page.isPending} />
        ) : keys.length === 0 ? (
          <Empty title="No keys yet">
            A key is what an application signs its calls with. Create one for each application, so that each can be
            limited and switched off on its own.
          </Empty>
        ) : (
          <ul aria-label="API keys">
            {keys.map((key) => (
              <KeyRow key={key.id} item={key} />
            ))}
          </ul>
        )}
      </Card>
      {(after !== null || next !== null) && (
        <nav aria-label="Pages of the keys" className="mt-4 flex justify-between gap-3">
          {after === null ? <span /> : <Button onClick={() => navigate('keys')}>Newest</Button>}
          {next !== null && (
            <Button onClick={() => navigate(`keys?${new URLSearchParams({ after: next })}`)}>Older</Button>
          )}
        </nav>
      )}
    </section>
  );
}

function KeyRow({ item }: { readonly item: KeyView }) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const change = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await api.call('keys.update', { params: { id: item.id }, body: { enabled: !item.enabled } });
      await queries.invalidateQueries({ queryKey: ['keys'] });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="border-b border-line px-4 py-3 last:border-b-0 sm:px-5">
      <div className="flex items-center justify-between gap-4">
        <div className="grid min-w-0 grow gap-x-6 gap-y-0.5 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)_minmax(0,3fr)] md:items-center">
          <p className="min-w-0">
            <span className="font-medium break-words">{item.name}</span>
            <span className="block font-mono text-[0.8125rem] text-muted">
              {item.prefix}…{item.lastFour}
            </span>
          </p>
          <State item={item} />
          <p className="text-[0.8125rem] text-muted">
            {spending(item)}
            <span className="block" title={fullMoment(item.createdAt)}>
              Created {calendarDay(item.createdAt)}
              {item.expiresAt !== null &&
                ` · ${item.expiresAt > Date.now() ? 'expires' : 'expired'} ${calendarDay(item.expiresAt)}`}
            </span>
            {item.strictConversion && <span className="block">Strict conversion</span>}
          </p>
        </div>
        <Button size="small" look={item.enabled ? 'danger' : 'plain'} busy={busy} onClick={() => void change()}>
          {item.enabled ? 'Disable' : 'Enable'}
          <span className="sr-only"> key {item.name}</span>
        </Button>
      </div>
      {failure !== undefined && (
        <div className="mt-3">
          <ErrorNotice title="The key was not changed" error={failure} />
        </div>
      )}
    </li>
  );
}

function State({ item }: { readonly item: KeyView }) {
  const expired = item.expiresAt !== null && item.expiresAt <= Date.now();
  const [icon, words, tone] = !item.enabled
    ? (['barred', 'Disabled', 'text-muted'] as const)
    : expired
      ? (['warning', 'Expired', 'text-warn'] as const)
      : (['check', 'Active', 'text-good'] as const);
  return (
    <p className={`flex items-center gap-1.5 ${tone}`}>
      <Icon name={icon} className="size-3.5" />
      {words}
    </p>
  );
}

function spending({ limitUsd, spentNanos }: KeyView): string {
  if (limitUsd === null) return 'No spending limit of its own';
  return spentNanos === null ? `Limit ${usdOf(limitUsd)}` : `${usd(BigInt(spentNanos))} spent of ${usdOf(limitUsd)}`;
}
