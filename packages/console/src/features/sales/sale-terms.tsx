import { saleTermsPoints } from '@tollgate/contract/api/sales';
import { useState } from 'react';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { Checkbox } from '../../components/ui/toggles.tsx';
import { fullMoment } from '../../lib/format.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useSaleWords } from './words.ts';

/** The terms of selling, which root confirms before anything is sold, and who did. */
export function SaleTerms() {
  const t = useSaleWords();
  const rights = useRights();
  const [read, setRead] = useState(false);
  const terms = useOperation('saleTerms.read');
  const confirm = useAction('saleTerms.confirm', {
    invalidates: ['saleTerms.read', 'wallet.read', 'audit.list'],
    failed: t('terms.failed'),
    done: ({ open }) => ({ title: t(open ? 'terms.confirmed' : 'terms.withdrawn') }),
  });
  if (terms.data === undefined)
    return terms.error === null ? (
      <SkeletonRows rows={6} />
    ) : (
      <ErrorState title={t('terms.unread')} error={terms.error} onRetry={() => void terms.refetch()} />
    );
  const { version, open, history } = terms.data;
  const send = (confirmed: boolean): void => void confirm.run({ body: { version, confirmed } });
  return (
    <div className="grid max-w-3xl gap-4">
      <Card
        title={t('terms.title')}
        description={t('terms.version', { version })}
        actions={<Badge tone={open ? 'good' : 'warn'}>{t(open ? 'terms.inForce' : 'terms.notYet')}</Badge>}
      >
        <ol className="grid list-decimal gap-2 ps-5 text-pretty">
          {saleTermsPoints.map((point) => (
            <li key={point}>{t(`terms.points.${point}`)}</li>
          ))}
        </ol>
        <div className="mt-4 border-t border-line pt-4">
          {!rights.may('sales:write') ? (
            <p className="text-muted">{t('terms.rootOnly')}</p>
          ) : open ? (
            <Button look="danger" onPress={() => send(false)}>
              {t('terms.withdraw')}
            </Button>
          ) : (
            <div className="grid gap-3">
              <Checkbox value={read} onChange={setRead} label={t('terms.haveRead')} />
              <div>
                <Button look="primary" isDisabled={!read} onPress={() => send(true)}>
                  {t('terms.confirm')}
                </Button>
              </div>
            </div>
          )}
        </div>
      </Card>
      {history.length > 0 && (
        <Card title={t('terms.history')} padded={false}>
          <ul>
            {history.map(({ at, by, byName, address, confirmed, version: of }) => (
              <li key={at} className="flex flex-wrap gap-x-4 border-b border-line px-4 py-2 text-small last:border-b-0">
                <span className="grow">
                  {t(confirmed ? 'terms.didConfirm' : 'terms.didWithdraw', { who: byName ?? by, version: of })}
                </span>
                <span className="text-muted">{`${address} · ${fullMoment(at)}`}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}
