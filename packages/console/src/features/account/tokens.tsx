import { Plus, TerminalSquare } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { calendarDay, fullMoment, relativeMoment } from '../../lib/format.ts';
import type { Answer } from '../../lib/api.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { CreateToken } from './create-token.tsx';
import { useAccountWords } from './words.ts';

type Token = Answer<'tokens.list'>['data'][number];

/** What scripts enter the admin API with. */
export function Tokens() {
  const t = useAccountWords();
  const [creating, setCreating] = useState(false);
  const tokens = useOperation('tokens.list');
  return (
    <Card
      title={t('tokens.title')}
      description={t('tokens.what')}
      padded={false}
      actions={
        <Button size="small" icon={Plus} onPress={() => setCreating(true)}>
          {t('tokens.create')}
        </Button>
      }
    >
      <CreateToken open={creating} onClose={() => setCreating(false)} />
      {tokens.data === undefined ? (
        tokens.error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorState title={t('tokens.unread')} error={tokens.error} onRetry={() => void tokens.refetch()} />
        )
      ) : tokens.data.data.length === 0 ? (
        <EmptyState icon={TerminalSquare} title={t('tokens.none')}>
          {t('tokens.noneWhat')}
        </EmptyState>
      ) : (
        <ul>
          {tokens.data.data.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function TokenRow({ token }: { readonly token: Token }) {
  const t = useAccountWords();
  const revoke = useAction('tokens.delete', {
    invalidates: ['tokens.list'],
    failed: t('tokens.notRevoked'),
    done: () => ({ title: t('tokens.revoked', { name: token.name }) }),
  });
  const { lastUsedAt, expiresAt } = token;
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{token.name}</span>
          {token.readOnly && <Badge>{t('tokens.readOnly')}</Badge>}
          {token.scopes !== null && (
            <span title={token.scopes.join(', ')}>
              <Badge>{t('tokens.scopes', { count: token.scopes.length })}</Badge>
            </span>
          )}
        </p>
        <p className="text-small text-muted">
          <code className="font-mono">{`${token.prefix}…${token.lastFour}`}</code>
          {' · '}
          {lastUsedAt === null ? (
            t('tokens.neverUsed')
          ) : (
            <span title={fullMoment(lastUsedAt)}>
              {t('tokens.used', { when: relativeMoment(lastUsedAt, Date.now()) })}
            </span>
          )}
          {expiresAt !== null && ` · ${t('tokens.until', { day: calendarDay(expiresAt) })}`}
        </p>
      </div>
      <Button
        size="small"
        look="danger"
        busy={revoke.busy}
        onPress={() => void revoke.run({ params: { id: token.id } })}
      >
        {t('tokens.revoke')}
      </Button>
    </li>
  );
}
