import { usageMeasures, type UsageDimension, type UsageMeasure } from '@tollgate/contract/api/usage';
import { X } from 'lucide-react';
import { Select } from '../../components/ui/select.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import { useOperation } from '../../lib/operations.ts';
import type { ChangeSearch } from '../../lib/search-state.ts';
import { defaults, filterFields, splitsFor, type FilterField, type searchSchema, type UsageSearch } from './search.ts';
import { useUsageWords } from './words.ts';

type ControlsProps = {
  readonly search: UsageSearch;
  readonly change: ChangeSearch<typeof searchSchema>;
  readonly sides: readonly UsageDimension[];
  readonly seesAll: boolean;
};

/** What is measured, by what it is told apart, and what it is narrowed by. */
export function Controls({ search, change, sides, seesAll }: ControlsProps) {
  const t = useUsageWords();
  const by = search.by ?? defaults.by;
  const splits = splitsFor(by, sides);
  return (
    <Toolbar label={t('controls')}>
      <Select<UsageMeasure>
        inline
        label={t('measureOf')}
        value={search.measure ?? defaults.measure}
        choices={usageMeasures.map((value) => ({ value, label: t(`measure.${value}`) }))}
        onChange={(measure) => change({ measure: measure === defaults.measure ? undefined : measure, sort: undefined })}
      />
      <Select<UsageDimension>
        inline
        label={t('by')}
        value={by}
        choices={sides.map((value) => ({ value, label: t(`side.${value}`) }))}
        onChange={(next) => change({ by: next === defaults.by ? undefined : next, split: undefined, sort: undefined })}
      />
      {splits.length > 0 && (
        <Select<UsageDimension | 'none'>
          inline
          label={t('split')}
          value={splits.find((side) => side === search.split) ?? 'none'}
          choices={[
            { value: 'none' as const, label: t('noSplit') },
            ...splits.map((value) => ({ value, label: t(`side.${value}`) })),
          ]}
          onChange={(next) => change({ split: next === 'none' ? undefined : next })}
        />
      )}
      {filterFields.map((field) => {
        const value = search[field];
        return value === undefined ? null : (
          <Chip
            key={field}
            field={field}
            value={value}
            seesAll={seesAll}
            onRemove={() => change({ [field]: undefined })}
          />
        );
      })}
    </Toolbar>
  );
}

type ChipProps = {
  readonly field: FilterField;
  readonly value: string;
  readonly seesAll: boolean;
  readonly onRemove: () => void;
};

const named: Partial<Record<FilterField, 'keyId' | 'channelId' | 'userId'>> = {
  key: 'keyId',
  channel: 'channelId',
  user: 'userId',
};

/** What usage is narrowed by. It is added in the table, from the row that is of interest. */
function Chip({ field, value, seesAll, onRemove }: ChipProps) {
  const t = useUsageWords();
  const param = named[field];
  // What has an id is told by its name, which the gateway knows.
  const { data } = useOperation(
    'usage.query',
    {
      query: {
        groupBy: field,
        compare: 'false',
        limit: 1,
        ...(seesAll && { userId: 'all' }),
        ...(param !== undefined && { [param]: value }),
        from: monthAgo(),
      },
    },
    { enabled: param !== undefined, freshMs: 300_000 },
  );
  const words = t('narrowed', { side: t(`side.${field}`), value: data?.rows[0]?.label ?? value });
  return (
    <span className="inline-flex min-h-8 max-w-72 items-center gap-0.5 rounded-md bg-accent-wash ps-2.5 text-small text-accent">
      <span className="truncate">{words}</span>
      <button
        type="button"
        aria-label={t('remove', { what: words })}
        onClick={onRemove}
        className="grid size-7 place-items-center rounded-md hover:text-ink pointer-coarse:size-10"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}

const dayMs = 86_400_000;
const monthAgo = (): number => Math.floor(Date.now() / dayMs) * dayMs - 30 * dayMs;
