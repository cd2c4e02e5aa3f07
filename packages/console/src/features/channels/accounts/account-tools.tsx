import { CircleCheck, EllipsisVertical, FlaskConical, Trash2 } from 'lucide-react';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Menu, MenuItem } from '../../../components/ui/menu.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { count } from '../../../lib/format.ts';
import { useChannelWords } from '../words.ts';
import type { AccountRow } from './use-accounts.ts';

export type Shown = 'all' | AccountRow['state'];

type FilterProps = {
  readonly rows: readonly AccountRow[];
  readonly value: Shown;
  readonly onChange: (value: Shown) => void;
};

/** Which accounts are shown, with how many there are of each. */
export function Filter({ rows, value, onChange }: FilterProps) {
  const t = useChannelWords();
  return (
    <Segmented
      label={t('filter.label')}
      value={value}
      onChange={onChange}
      segments={(['all', 'in-use', 'resting', 'disabled'] as const).map((state) => ({
        value: state,
        label: `${state === 'all' ? t('filter.all') : t(`accounts.state.${state}`)} ${count(
          rows.filter((row) => state === 'all' || row.state === state).length,
        )}`,
      }))}
    />
  );
}

type AllMenuProps = {
  readonly rows: readonly AccountRow[];
  /** Whether accounts may be removed: not those of a config file. */
  readonly owns: boolean;
  readonly onTest: () => void;
  readonly onEnable: (indexes: readonly number[]) => void;
  readonly onRemove: (indexes: readonly number[]) => void;
};

/** What can be done with all accounts at once. */
export function AllMenu({ rows, owns, onTest, onEnable, onRemove }: AllMenuProps) {
  const t = useChannelWords();
  const byGateway = rows.filter(({ disabled }) => disabled?.by === 'gateway').map(({ index }) => index);
  const off = rows.filter(({ state }) => state === 'disabled').map(({ index }) => index);
  return (
    <Menu
      label={t('accounts.more')}
      trigger={<IconButton size="small" icon={EllipsisVertical} label={t('accounts.more')} />}
    >
      <MenuItem icon={FlaskConical} onAction={onTest}>
        {t('accounts.testAll')}
      </MenuItem>
      <MenuItem icon={CircleCheck} disabled={off.length === 0} onAction={() => onEnable(off)}>
        {t('accounts.enableAll')}
      </MenuItem>
      <MenuItem icon={Trash2} danger disabled={!owns || byGateway.length === 0} onAction={() => onRemove(byGateway)}>
        {t('accounts.removeOff')}
      </MenuItem>
    </Menu>
  );
}
