import type { ModelDetailView } from '@tollgate/contract/api/configuration';
import { useParams } from '@tanstack/react-router';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { count, fullMoment } from '../../lib/format.ts';
import { ApiError } from '../../lib/client.ts';
import { useOperation } from '../../lib/operations.ts';
import { useThingTitle } from '../../lib/title.ts';
import { Calculator } from './calculator.tsx';
import { PriceForm } from './price-form.tsx';
import { PriceHistory } from './price-history.tsx';
import { priceOf, useModels } from './use-models.ts';
import { useModelWords } from './words.ts';
import { PriceWord } from './models.tsx';

/** One model: its price as it is charged, a bill to try it on, who serves it, and every price it had. */
export default function ModelPage() {
  const t = useModelWords();
  const { name = '' }: { readonly name?: string } = useParams({ strict: false });
  const read = useOperation('models.read', { params: { name } });
  useThingTitle(name);
  const model = read.data;
  // One that only channels name is not known yet; pricing it makes it so.
  const unknown = read.error instanceof ApiError && read.error.status === 404;
  if (model === undefined && !unknown)
    return (
      <Card padded={false}>
        {read.error === null ? (
          <SkeletonRows rows={6} />
        ) : (
          <ErrorState title={t('oneUnread')} error={read.error} onRetry={() => void read.refetch()} />
        )}
      </Card>
    );
  return <Model name={name} model={model} />;
}

function Model({ name, model }: { readonly name: string; readonly model: ModelDetailView | undefined }) {
  const t = useModelWords();
  const { rows } = useModels();
  const price = priceOf({ model });
  const longest = model?.maxOutputTokens ?? null;
  const channels = rows?.find((row) => row.name === name)?.channels ?? [];
  return (
    <>
      <PageHeader
        title={name}
        aside={<PriceWord row={{ model }} />}
        description={model?.ownedBy}
        actions={
          <LinkButton to="/requests" search={{ model: name }}>
            {t('requests')}
          </LinkButton>
        }
      />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-4">
          <PriceForm key={model?.current?.version ?? 'none'} name={name} model={model} />
          <PriceHistory history={model?.history ?? []} />
        </div>
        <div className="grid min-w-0 gap-4">
          {price !== undefined && price.expression === undefined && <Calculator price={price} />}
          <Card title={t('facts')}>
            <KeyValues
              items={[
                {
                  term: t('column.channels'),
                  value: channels.length === 0 ? t('nobody') : channels.join(', '),
                },
                {
                  term: t('maxOutput'),
                  value: longest === null ? undefined : t('tokens', { count: count(longest) }),
                },
                { term: t('operations'), value: model?.operations?.join(', ') },
                { term: t('source'), value: model?.current?.source },
                { term: t('asOf'), value: model?.current?.asOf },
                { term: t('changed'), value: model === undefined ? undefined : fullMoment(model.updatedAt) },
              ]}
            />
          </Card>
        </div>
      </div>
    </>
  );
}
