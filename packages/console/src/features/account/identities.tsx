import { Link2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice, ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { api } from '../../lib/api.ts';
import { errorOf } from '../../lib/error-of.ts';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { LinkDirectory } from './link-directory.tsx';
import { useAccountWords } from './words.ts';

/** Whom one is elsewhere: other ways into this account. Nothing where none is set up and none is linked. */
export function Identities() {
  const t = useAccountWords();
  const list = useOperation('identities.list');
  const options = useOperation('signIn.options');
  const [error, setError] = useState<Error>();
  const [linking, setLinking] = useState<{ readonly id: string; readonly name: string }>();
  const unlink = useAction('identities.unlink', {
    invalidates: ['identities.list'],
    failed: t('identities.notUnlinked'),
    done: () => ({ title: t('identities.unlinked') }),
  });
  const identities = list.data?.data ?? [];
  const linked = new Set(identities.map(({ methodId }) => methodId));
  const open = (options.data?.data ?? []).filter(({ id }) => !linked.has(id));
  if (list.data !== undefined && identities.length === 0 && open.length === 0) return null;

  const link = async (methodId: string): Promise<void> => {
    setError(undefined);
    try {
      location.assign((await api.call('identities.link', { body: { methodId } })).url);
    } catch (thrown) {
      setError(errorOf(thrown));
    }
  };
  return (
    <Card title={t('identities.title')} description={t('identities.what')} padded={false}>
      <LinkDirectory method={linking} onClose={() => setLinking(undefined)} />
      {error !== undefined && <ErrorNotice title={t('identities.notLinked')} error={error} />}
      {list.data === undefined ? (
        list.error === null ? (
          <SkeletonRows rows={2} />
        ) : (
          <ErrorState title={t('identities.unread')} error={list.error} onRetry={() => void list.refetch()} />
        )
      ) : (
        <ul>
          {identities.map(({ id, method, label, createdAt, lastUsedAt }) => (
            <li key={id} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
              <div className="min-w-0 grow">
                <p className="truncate">
                  <span className="font-medium">{method}</span> <span className="text-muted">{label}</span>
                </p>
                <p className="text-small text-muted" title={fullMoment(lastUsedAt ?? createdAt)}>
                  {lastUsedAt === null
                    ? t('identities.since', { when: relativeMoment(createdAt, Date.now()) })
                    : t('identities.used', { when: relativeMoment(lastUsedAt, Date.now()) })}
                </p>
              </div>
              <Button size="small" onPress={() => void unlink.run({ params: { id } })}>
                {t('identities.unlink')}
              </Button>
            </li>
          ))}
          {open.map(({ id, name, byPassword }) => (
            <li key={id} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
              <span className="min-w-0 grow truncate text-muted">{name}</span>
              <Button size="small" icon={Link2} onPress={() => (byPassword ? setLinking({ id, name }) : void link(id))}>
                {t('identities.link')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
