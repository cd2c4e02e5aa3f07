import type { Permission } from '@tollgate/contract/permissions';
import { Checkbox } from '../ui/toggles.tsx';
import { acts, areasOf, permissionOf, type Area } from './areas.ts';
import { useRightsWords } from './words.ts';

type RightsTableProps = {
  /** For readers of screens. */
  readonly label: string;
  readonly value: readonly Permission[];
  readonly onChange: (value: readonly Permission[]) => void;
  /** What can be chosen; all others are left out. */
  readonly choices: readonly Permission[];
};

/** Chooses permissions: a line an area, with what may be read and what may be changed. */
export function RightsTable({ label, value, onChange, choices }: RightsTableProps) {
  const t = useRightsWords();
  const put = (permissions: readonly Permission[], on: boolean): void => {
    const others = value.filter((one) => !permissions.includes(one));
    onChange(on ? [...others, ...permissions] : others);
  };
  return (
    <table aria-label={label} className="w-full text-sm">
      <thead className="sticky top-0 bg-surface text-small text-muted">
        <tr className="border-b border-line">
          <th scope="col" className="py-1.5 text-start font-normal">
            {t('column.area')}
          </th>
          {acts.map((act) => {
            const all = choices.filter((name) => name.endsWith(act));
            const on = all.filter((name) => value.includes(name)).length;
            return (
              <th key={act} scope="col" className="w-24 py-1.5 text-start font-normal">
                <Checkbox
                  label={t(`act.${act}`)}
                  value={on > 0 && on === all.length}
                  some={on > 0 && on < all.length}
                  onChange={(next) => put(all, next)}
                />
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {areasOf(choices).map((area) => (
          <RightsRow key={area} area={area} value={value} choices={choices} onPut={put} />
        ))}
      </tbody>
    </table>
  );
}

type RightsRowProps = Pick<RightsTableProps, 'value' | 'choices'> & {
  readonly area: Area;
  readonly onPut: (permissions: readonly Permission[], on: boolean) => void;
};

function RightsRow({ area, value, choices, onPut }: RightsRowProps) {
  const t = useRightsWords();
  return (
    <tr className="border-b border-line last:border-b-0">
      <th scope="row" className="py-1.5 pe-2 text-start font-normal">
        {t(`area.${area}`)}
      </th>
      {acts.map((act) => {
        const permission = permissionOf(area, act);
        return (
          <td key={act} className="py-1.5">
            {permission !== undefined && choices.includes(permission) && (
              <Checkbox
                label={`${t(`area.${area}`)}: ${t(`act.${act}`)}`}
                hideLabel
                value={value.includes(permission)}
                onChange={(on) => onPut([permission], on)}
              />
            )}
          </td>
        );
      })}
    </tr>
  );
}
