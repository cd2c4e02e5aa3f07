import type { UsageAnswer } from '@tollgate/contract/api/usage';
import { usdRounded } from '../../lib/money.ts';
import { Link, type LinkProps } from '../ui/link.tsx';
import { useUiWords } from '../ui/words.ts';
import { Bar } from './marks.tsx';

type Row = UsageAnswer['rows'][number];

type TopListProps = {
  readonly rows: readonly (Pick<Row, 'key' | 'label'> & { readonly sums: Pick<Row['sums'], 'costNanos'> })[];
  /** The page of one of them, where there is one. */
  readonly wayTo?: (key: string) => Pick<LinkProps, 'to' | 'params' | 'search'>;
};

/** What cost most, each against the dearest. */
export function TopList({ rows, wayTo }: TopListProps) {
  const t = useUiWords();
  const most = Math.max(1, ...rows.map(({ sums }) => Number(sums.costNanos)));
  return (
    <ul className="py-1.5">
      {rows.map(({ key, label: name, sums }) => {
        const label = name === '' ? t('unnamed') : name;
        const cost = usdRounded(BigInt(sums.costNanos));
        return (
          <li key={key} className="grid gap-1 px-4 py-1.5">
            <p className="flex justify-between gap-3 text-small">
              <span className="truncate">
                {wayTo === undefined || key === '' ? label : <Link {...wayTo(key)}>{label}</Link>}
              </span>
              <span className="shrink-0">{cost}</span>
            </p>
            <Bar
              value={Number(sums.costNanos)}
              most={most}
              label={`${label}: ${cost}`}
              // A share of the whole is no limit that is neared.
              warnAt={2}
              dangerAt={3}
            />
          </li>
        );
      })}
    </ul>
  );
}
