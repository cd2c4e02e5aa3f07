import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { ErrorState } from '../../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import type { Answer } from '../../../lib/api.ts';
import { relativeMoment } from '../../../lib/format.ts';
import { useAction, useOperation } from '../../../lib/operations.ts';
import { AddDirectoryToken } from './add-directory-token.tsx';
import { DirectoryGroups } from './directory-groups.tsx';
import { useSignOnWords } from './words.ts';

type DirectoryAnswer = Answer<'teams.directory'>;

/** How the team's identity provider manages its people: where it calls, by which tokens, and what its groups give. */
export function Directory({ teamId }: { readonly teamId: string }) {
  const t = useSignOnWords();
  const directory = useOperation('teams.directory', { params: { id: teamId } });
  const [adding, setAdding] = useState(false);
  return (
    <section className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="font-semibold">{t('directory')}</h2>
          <p className="text-muted">{t('directoryWhat')}</p>
        </div>
        <Button icon={Plus} onPress={() => setAdding(true)}>
          {t('addToken')}
        </Button>
      </div>
      <AddDirectoryToken teamId={teamId} open={adding} onClose={() => setAdding(false)} />
      <Card padded={false}>
        {directory.data !== undefined ? (
          <Connected teamId={teamId} directory={directory.data} />
        ) : directory.error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorState title={t('directoryUnread')} error={directory.error} onRetry={() => void directory.refetch()} />
        )}
      </Card>
    </section>
  );
}

function Connected({ teamId, directory }: { readonly teamId: string; readonly directory: DirectoryAnswer }) {
  const t = useSignOnWords();
  const { baseUrl, tokens, groups, users, inactive } = directory;
  return (
    <>
      <div className="grid gap-1 border-b border-line px-4 py-3">
        {baseUrl !== null && (
          <div className="flex items-center gap-x-2 text-small text-muted max-sm:flex-wrap">
            <span className="shrink-0 max-sm:basis-full">{t('baseUrl')}</span>
            <code className="min-w-0 font-mono text-xs break-all">{baseUrl}</code>
            <CopyButton text={baseUrl} what={t('baseUrl')} iconOnly />
          </div>
        )}
        <p className="text-small text-muted">
          {users === 0 ? t('nobodyYet') : t('people', { count: users })}
          {inactive > 0 && ` · ${t('stopped', { count: inactive })}`}
        </p>
      </div>
      {tokens.length === 0 ? (
        <p className="px-4 py-3 text-muted">{t('noTokens')}</p>
      ) : (
        <ul>
          {tokens.map((token) => (
            <TokenLine key={token.id} teamId={teamId} token={token} />
          ))}
        </ul>
      )}
      {groups.length > 0 && <DirectoryGroups teamId={teamId} groups={groups} />}
    </>
  );
}

type TokenLineProps = { readonly teamId: string; readonly token: DirectoryAnswer['tokens'][number] };

function TokenLine({ teamId, token: { id, name, lastFour, lastUsedAt } }: TokenLineProps) {
  const t = useSignOnWords();
  const end = useAction('teams.removeDirectoryToken', {
    invalidates: ['teams.directory', 'audit.list'],
    failed: t('notRemoved'),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-3 last:border-b-0">
      <span className="min-w-0 truncate font-medium">{name}</span>
      <code className="font-mono text-xs text-muted">…{lastFour}</code>
      <span className="text-small text-muted">
        {lastUsedAt === null ? t('neverUsed') : t('used', { when: relativeMoment(lastUsedAt, Date.now()) })}
      </span>
      <Button
        size="small"
        look="danger"
        className="ms-auto"
        busy={end.busy}
        onPress={() => void end.run({ params: { id: teamId, tokenId: id } })}
      >
        {t('endToken')}
      </Button>
    </li>
  );
}
