import { useMemo } from 'react';
import { FlowChart } from '../../components/charts/flow-chart.tsx';
import { Card } from '../../components/ui/card.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { momentRange } from '../../lib/format.ts';
import { useOperation } from '../../lib/operations.ts';
import { flowOf } from './flow.ts';
import { addsUp, writeMeasure } from './measures.ts';
import type { Ask } from './use-ask.ts';
import { useUsageWords } from './words.ts';

/** Whose requests went to which models, and over which channels. */
export function UsageFlow({ ask, seesAll }: { readonly ask: Ask; readonly seesAll: boolean }) {
  const t = useUsageWords();
  const { narrowed, range, seesChannels } = ask;
  // Times and speeds have no sum that could flow.
  const measure = addsUp(ask.measure) ? ask.measure : 'requests';
  const who = seesAll && narrowed.userId === 'all' ? 'user' : 'key';
  const shared = { ...narrowed, ...range, measure, compare: 'false', limit: 1000 } as const;
  const read = { keep: true, freshMs: 30_000 };
  const used = useOperation('usage.query', { query: { ...shared, groupBy: who, splitBy: 'model' } }, read);
  const served = useOperation(
    'usage.query',
    { query: { ...shared, groupBy: 'model', splitBy: 'channel' } },
    { ...read, enabled: seesChannels },
  );
  const rest = t('rest');
  const ready = used.data !== undefined && (!seesChannels || served.data !== undefined);
  const flow = useMemo(
    () => (used.data === undefined ? undefined : flowOf(used.data, served.data, measure, rest)),
    [used.data, served.data, measure, rest],
  );
  const error = used.error ?? served.error;
  const whole = t(`measure.${measure}`);
  const sides = [t(`side.${who}`), t('side.model'), ...(seesChannels ? [t('side.channel')] : [])];
  const title = t('flow.title', { measure: whole, sides: sides.join(' → ') });
  return (
    <Card title={title} {...(used.data && { description: momentRange(used.data.from, used.data.to) })}>
      {error !== null && <ErrorNotice title={t('chartUnread')} error={error} />}
      {ready && flow !== undefined ? (
        <FlowChart flow={flow} heads={sides} label={title} format={(value) => writeMeasure(measure, value)} />
      ) : (
        error === null && <div aria-hidden className="h-64" />
      )}
    </Card>
  );
}
