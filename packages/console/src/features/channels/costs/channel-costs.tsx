import type { ChannelView } from '@tollgate/contract/api/configuration';
import { Plus, ReceiptText } from 'lucide-react';
import { useState } from 'react';
import { LeaveGuard } from '../../../components/form/guard.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { ErrorNotice } from '../../../components/ui/error-state.tsx';
import { DecimalField } from '../../../components/ui/number-field.tsx';
import { useAction } from '../../../lib/operations.ts';
import { useRights } from '../../../lib/session.ts';
import { useChannelWords } from '../words.ts';
import { CostLine } from './cost-line.tsx';
import { costDraftOf, costsOf, mistakeOf, newRow, type CostDraft, type CostRow } from './draft.ts';

/** What its provider charges: a part of the models' prices, and a price list of its own. */
export function ChannelCosts({ channel }: { readonly channel: ChannelView }) {
  const t = useChannelWords();
  const rights = useRights();
  const writes = rights.may('channels:write') && channel.owner === null;
  const [draft, setDraft] = useState(() => costDraftOf(channel.costs));
  const save = useAction('channels.update', {
    invalidates: ['channels.read', 'channels.list', 'audit.list'],
    done: () => ({ title: t('edit.saved') }),
  });
  const dirty = JSON.stringify(draft) !== JSON.stringify(costDraftOf(channel.costs));
  const wrong = draft.rows.some((row) => mistakeOf(row, draft.rows) !== undefined);
  return (
    <div className="grid gap-4">
      <LeaveGuard unsaved={dirty && !save.busy} />
      {save.error !== null && <ErrorNotice focus title={t('edit.failed')} error={save.error} />}
      <Card title={t('costs.share')} description={t('costs.shareWhat')}>
        <div className="max-w-60">
          <DecimalField
            label={t('costs.percent')}
            unit="%"
            disabled={!writes}
            placeholder={t('costs.unknown')}
            value={draft.percent === '' ? null : draft.percent}
            onChange={(percent) => setDraft({ ...draft, percent: percent ?? '' })}
          />
        </div>
      </Card>
      <PriceList channel={channel} draft={draft} writes={writes} onChange={(rows) => setDraft({ ...draft, rows })} />
      {dirty && (
        <div className="sticky bottom-3 z-10 flex justify-end gap-2 rounded-lg border border-line bg-raised px-4 py-2.5 max-md:bottom-20">
          <Button onPress={() => setDraft(costDraftOf(channel.costs))}>{t('behaviour.reset')}</Button>
          <Button
            look="primary"
            busy={save.busy}
            isDisabled={wrong}
            onPress={() => void save.run({ params: { id: channel.id }, body: { costs: costsOf(draft) } })}
          >
            {t('edit.save')}
          </Button>
        </div>
      )}
    </div>
  );
}

type PriceListProps = {
  readonly channel: ChannelView;
  readonly draft: CostDraft;
  readonly writes: boolean;
  readonly onChange: (rows: readonly CostRow[]) => void;
};

/** The provider's own prices, by the names of models there. */
function PriceList({ channel, draft: { rows }, writes, onChange }: PriceListProps) {
  const t = useChannelWords();
  const served = [...new Set(channel.models.map(({ upstream }) => upstream))];
  const missing = served.filter((model) => !rows.some((row) => row.model.trim() === model));
  const add = (models: readonly string[]): void =>
    onChange(models.reduce<readonly CostRow[]>((all, model) => [...all, newRow(all, model)], rows));
  return (
    <Card
      title={t('costs.list')}
      description={t('costs.listWhat')}
      actions={
        writes && (
          <>
            {missing.length > 0 && <Button onPress={() => add(missing)}>{t('costs.addAll')}</Button>}
            <Button icon={Plus} onPress={() => add([''])}>
              {t('costs.add')}
            </Button>
          </>
        )
      }
    >
      {rows.length === 0 ? (
        <EmptyState icon={ReceiptText} title={t('costs.empty')}>
          {t('costs.emptyWhat')}
        </EmptyState>
      ) : (
        <ul className="grid gap-3">
          {rows.map((row, index) => (
            <CostLine
              key={row.key}
              row={row}
              mistake={mistakeOf(row, rows)}
              models={served}
              writes={writes}
              onChange={(next) => onChange(rows.with(index, next))}
              onRemove={() => onChange(rows.toSpliced(index, 1))}
            />
          ))}
        </ul>
      )}
    </Card>
  );
}
