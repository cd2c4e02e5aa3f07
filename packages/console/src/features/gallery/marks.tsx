import { useState } from 'react';
import { Histogram } from '../../components/charts/histogram.tsx';
import {
  Bar,
  Progress,
  Sparkline,
  StatTile,
  UptimeStrip,
  Waterfall,
  type Uptime,
} from '../../components/charts/marks.tsx';
import { TimeChart } from '../../components/charts/time-chart.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Changes } from '../../components/ui/changes.tsx';
import { FileDrop } from '../../components/ui/file-drop.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import { RangePicker } from '../../components/ui/range-picker.tsx';
import { changesOf } from '../../lib/changes.ts';
import { count, duration, hourOfDay } from '../../lib/format.ts';
import { useGalleryWords } from './words.ts';

const hourMs = 3_600_000;
const values = Array.from({ length: 24 }, (_, hour) => 40 + ((hour * 53) % 37) + hour * 2);
const states: readonly Uptime[] = Array.from({ length: 30 }, (_, hour) =>
  hour % 13 === 5 ? 'danger' : hour % 7 === 3 ? 'warn' : hour < 3 ? 'idle' : 'good',
);

export function Marks() {
  const t = useGalleryWords();
  const [range, setRange] = useState('24h');
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
        <StatTile
          label={t('number')}
          value="12,480"
          change={{ words: '+12 %', good: true }}
          chart={<Sparkline values={values} label={t('chart')} />}
        />
        <StatTile
          label={t('money')}
          value="$48.73"
          change={{ words: '+4 %', good: undefined }}
          chart={<Sparkline values={values.toReversed()} label={t('chart')} tone="muted" />}
        />
        <StatTile
          label={t('error')}
          value="0.4 %"
          change={{ words: '+0.2 %', good: false }}
          chart={<Sparkline values={values} label={t('chart')} tone="danger" />}
        />
        <StatTile
          label={t('status')}
          value="99.2 %"
          note={<UptimeStrip label={t('chart')} bars={states.map((state) => ({ state, title: state }))} />}
        />
      </div>
      <Card title={t('charts')}>
        <div className="grid gap-4 sm:grid-cols-3">
          <Bar value={3} most={10} label={t('chart')} />
          <Bar value={9} most={10} label={t('chart')} />
          <Progress share={0.62} label={t('loading')} />
        </div>
        <div className="pt-4">
          <Waterfall
            label={t('charts')}
            totalMs={1000}
            spans={[
              { id: '1', label: t('first'), fromMs: 0, toMs: 40, tone: 'muted', detail: duration(40) },
              { id: '2', label: t('second'), fromMs: 40, toMs: 320, tone: 'danger', detail: duration(280) },
              {
                id: '3',
                label: t('third'),
                fromMs: 320,
                toMs: 1000,
                marks: [{ atMs: 470, label: t('noted') }],
                detail: duration(680),
              },
            ]}
          />
        </div>
      </Card>
      <Card title={t('overTime')}>
        <div className="grid gap-6 lg:grid-cols-2">
          <Histogram
            bars={values.map((value, hour) => ({ at: hour * hourMs, value, bad: hour % 5 === 0 ? 6 : 0 }))}
            widthMs={hourMs}
            label={t('chart')}
            words={({ value }) => count(value)}
            ends={[hourOfDay(0), hourOfDay(24 * hourMs)]}
            onBrush={() => undefined}
          />
          <TimeChart
            stacked
            label={t('chart')}
            series={[
              { id: '1', label: t('first') },
              { id: '2', label: t('second') },
              { id: '3', label: t('third'), rest: true },
            ]}
            buckets={values.map((value, hour) => ({ at: hour * hourMs, values: [value, value / 2, value / 5] }))}
            format={count}
            when={hourOfDay}
          />
        </div>
      </Card>
      <Card title={t('range')}>
        <Toolbar label={t('range')}>
          <RangePicker label={t('range')} value={range} onChange={setRange} />
        </Toolbar>
        <div className="grid gap-4 sm:grid-cols-2">
          <FileDrop label={t('file')} accept={['.json']} onFiles={() => undefined} />
          <Changes
            changes={changesOf({ name: 'a', strict: false, limit: null }, { name: 'b', strict: true, limit: 5 })}
          />
        </div>
      </Card>
    </>
  );
}
