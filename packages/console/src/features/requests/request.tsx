import { ScrollText } from 'lucide-react';
import { useParams } from '@tanstack/react-router';
import { Card } from '../../components/ui/card.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { fullMoment } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useThingTitle } from '../../lib/title.ts';
import { Again } from './again.tsx';
import { Amount, Ending, Model } from './cells.tsx';
import { RequestDetails } from './request-details.tsx';
import { useChannels } from './use-channels.ts';
import { useRequestWords } from './words.ts';

/** What happened to one request, what it cost, and why it went where it went? */
export default function RequestPage() {
  const t = useRequestWords();
  const { id = '' }: { readonly id?: string } = useParams({ strict: false });
  const rights = useRights();
  const channels = useChannels(rights.may('channels:read'));
  const { data: request, error, refetch } = useOperation('requests.read', { params: { id } });
  useThingTitle(id);
  return (
    <>
      <PageHeader
        title={request === undefined ? id : <Model request={request} />}
        aside={request !== undefined && <Ending request={request} />}
        description={
          request !== undefined && (
            <span className="flex flex-wrap gap-x-3">
              <Amount request={request} />
              {fullMoment(request.at)}
            </span>
          )
        }
        actions={
          <>
            <CopyButton size="normal" text={id} what={t('fact.id')} />
            {request !== undefined && <Again request={request} />}
            {request !== undefined && (
              <LinkButton to="/requests" search={{ model: request.model }} icon={ScrollText}>
                {t('moreOfModel')}
              </LinkButton>
            )}
          </>
        }
      />
      {request !== undefined ? (
        <Card>
          <RequestDetails request={request} channels={channels} wide />
        </Card>
      ) : (
        <Card padded={false}>
          {error === null ? (
            <SkeletonRows rows={12} />
          ) : (
            <ErrorState title={t('unreadOne')} error={error} onRetry={() => void refetch()} />
          )}
        </Card>
      )}
    </>
  );
}
