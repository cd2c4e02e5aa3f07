import type { StoredObjectView } from '@tollgate/contract/api/stored-objects';
import { ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { Drawer } from '../../components/ui/dialog.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { Link, LinkButton } from '../../components/ui/link.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { bytes, count, fullMoment } from '../../lib/format.ts';
import { usd } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { ObjectState } from './object-state.tsx';
import { useFileWords } from './words.ts';

type Props = {
  readonly id: string;
  readonly onClose: () => void;
  /** The buttons at its foot. */
  readonly acts: (object: StoredObjectView) => ReactNode;
};

/** All that is known of one thing that a provider keeps. */
export function ObjectDetails({ id, onClose, acts }: Props) {
  const t = useFileWords();
  const { data: object, error, refetch } = useOperation('storedObjects.read', { params: { id } }, { refreshMs: 5000 });
  return (
    <Drawer
      open
      onClose={onClose}
      title={object === undefined ? t('details') : (object.name ?? object.vendorId)}
      {...(object !== undefined && { description: t(`kinds.${object.kind}`), actions: acts(object) })}
    >
      {object !== undefined ? (
        <Facts object={object} />
      ) : error === null ? (
        <SkeletonRows rows={8} />
      ) : (
        <ErrorState title={t('unreadOne')} error={error} onRetry={() => void refetch()} />
      )}
    </Drawer>
  );
}

function Facts({ object }: { readonly object: StoredObjectView }) {
  const t = useFileWords();
  const { vendorId, requestId, model, purpose, tokens, channelId, keyId, keyName, userId, userName } = object;
  const { costPerHourNanos, amountNanos, createdAt, expiresAt, progress } = object;
  return (
    <div className="grid gap-5">
      <KeyValues
        items={[
          { term: t('state'), value: <ObjectState object={object} /> },
          {
            term: t('requests'),
            value:
              progress === null || progress.total === 0
                ? null
                : t('progress', {
                    done: count(progress.done),
                    failed: count(progress.failed),
                    total: count(progress.total),
                  }),
          },
          {
            term: t('id'),
            value: (
              <span className="flex flex-wrap items-center gap-2">
                <code className="font-mono text-xs/5 wrap-anywhere">{vendorId}</code>
                <CopyButton text={vendorId} what={t('id')} />
              </span>
            ),
          },
          { term: t('model'), value: model },
          { term: t('purpose'), value: purpose },
          { term: t('size'), value: object.bytes === null ? null : bytes(object.bytes) },
          { term: t('tokens'), value: tokens === null ? null : count(tokens) },
          { term: t('costPerHour'), value: costPerHourNanos === null ? null : usd(BigInt(costPerHourNanos)) },
          { term: t('cost'), value: amountNanos === null ? null : usd(BigInt(amountNanos)) },
          { term: t('made'), value: fullMoment(createdAt) },
          { term: t('expires'), value: expiresAt === null ? t('untilDeleted') : fullMoment(expiresAt) },
          { term: t('key'), value: <Link to={`/keys/${keyId}`}>{keyName ?? keyId}</Link> },
          { term: t('user'), value: channelId === null ? null : (userName ?? userId) },
          {
            term: t('channel'),
            value: channelId === null ? null : <Link to={`/channels/${channelId}`}>{channelId}</Link>,
          },
        ]}
      />
      <LinkButton to={`/requests/${requestId}`} icon={ScrollText}>
        {t('request')}
      </LinkButton>
    </div>
  );
}
