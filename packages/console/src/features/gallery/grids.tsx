import { Copy, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Column } from '../../components/data-grid/column.ts';
import { DataGrid } from '../../components/data-grid/data-grid.tsx';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { MenuItem } from '../../components/ui/menu.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { count } from '../../lib/format.ts';
import { useGalleryWords } from './words.ts';

type Sample = {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly good: boolean;
  readonly tokens: number;
  readonly weight: string;
};

const samples: readonly Sample[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: `row-${index}`,
  name: `row ${index + 1}`,
  model: `model-${(index * 7) % 13}`,
  good: index % 17 !== 3,
  tokens: (index * 7919) % 100_003,
  weight: String(index % 5),
}));

/** Ten thousand rows, as smooth as ten. */
export function Grids() {
  const t = useGalleryWords();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [weights, setWeights] = useState<ReadonlyMap<string, string>>(new Map());
  const [columns] = useState<readonly Column<Sample>[]>(() => [
    {
      id: 'name',
      header: t('name'),
      cell: (row) => row.name,
      width: 140,
      grow: true,
      sort: (row) => row.name,
      hideable: false,
      phone: 'title',
    },
    {
      id: 'status',
      header: t('status'),
      cell: (row) => <Status tone={row.good ? 'good' : 'danger'}>{row.good ? t('done') : t('failed')}</Status>,
      width: 180,
      sort: (row) => row.good,
      phone: 'detail',
    },
    { id: 'model', header: t('model'), cell: (row) => row.model, width: 140, sort: (row) => row.model, phone: 'aside' },
    {
      id: 'tokens',
      header: t('number'),
      cell: (row) => count(row.tokens),
      width: 110,
      align: 'end',
      sort: (row) => row.tokens,
      phone: 'detailAside',
    },
    {
      id: 'weight',
      header: t('decimal'),
      cell: (row) => row.weight,
      width: 110,
      align: 'end',
      edit: {
        read: (row) => row.weight,
        inputMode: 'numeric',
        check: (text) => (/^\d+$/.test(text) ? undefined : t('text')),
        save: async (text, row) => {
          await Promise.resolve();
          setWeights((before) => new Map(before).set(row.id, text));
        },
      },
    },
  ]);
  const [grouped, setGrouped] = useState(false);
  const rows =
    weights.size === 0 ? samples : samples.map((row) => ({ ...row, weight: weights.get(row.id) ?? row.weight }));
  return (
    <Card title={t('grid')}>
      <DataGrid
        id="gallery"
        label={t('grid')}
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowLabel={rowLabel}
        failed={t('failed')}
        empty={<EmptyState title={t('nothing')} />}
        onOpen={(row) => showToast({ title: row.name, tone: 'plain' })}
        selection={{
          ids,
          onChange: setIds,
          actions: (chosen) => <Button size="small">{`${t('delete')} (${chosen.length})`}</Button>,
        }}
        actions={() => (
          <>
            <MenuItem icon={Copy}>{t('duplicate')}</MenuItem>
            <MenuItem icon={Trash2} danger>
              {t('delete')}
            </MenuItem>
          </>
        )}
        toolbar={
          <Button size="small" onPress={() => setGrouped(!grouped)}>
            {t('group')}
          </Button>
        }
        {...(grouped && { groupBy: modelOf })}
        maxHeight={420}
      />
    </Card>
  );
}

const rowId = (row: Sample): string => row.id;
const rowLabel = (row: Sample): string => row.name;
const modelOf = (row: Sample): string => row.model;
