import { choicesOf, type Permission } from '@tollgate/contract/permissions';
import { Select } from '../ui/select.tsx';
import { acts, areasOf, permissionOf, type Area } from './areas.ts';
import { useRightsWords } from './words.ts';

/** How far a permission reaches: not at all, what is one's own, everybody's; or as the role says. */
export type ReachChoice = 'role' | 'none' | 'own' | 'any';

type ReachTableProps = {
  /** For readers of screens. */
  readonly label: string;
  /** The lines: areas of these permissions. */
  readonly permissions: readonly Permission[];
  readonly valueOf: (permission: Permission) => ReachChoice;
  readonly onChange: (permission: Permission, value: ReachChoice) => void;
  /** Whether it may be left to the role. */
  readonly byRole?: boolean;
};

/** Chooses how far permissions reach: a line an area, with what may be read and what may be changed. */
export function ReachTable({ label, permissions, valueOf, onChange, byRole = false }: ReachTableProps) {
  const t = useRightsWords();
  const first: readonly ReachChoice[] = byRole ? ['role', 'none'] : ['none'];
  const cell = (area: Area, permission: Permission | undefined, what: string) =>
    permission !== undefined &&
    permissions.includes(permission) && (
      <Select
        label={`${t(`area.${area}`)}: ${what}`}
        hideLabel
        choices={[...first, ...choicesOf(permission)].map((value) => ({ value, label: t(`reach.${value}`) }))}
        value={valueOf(permission)}
        onChange={(value) => onChange(permission, value)}
      />
    );
  return (
    <table aria-label={label} className="w-full text-sm">
      <thead className="text-small text-muted">
        <tr className="border-b border-line">
          <th scope="col" className="py-1.5 text-start font-normal">
            {t('column.area')}
          </th>
          {acts.map((act) => (
            <th key={act} scope="col" className="w-28 py-1.5 text-start font-normal">
              {t(`act.${act}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {areasOf(permissions).map((area) => (
          <tr key={area} className="border-b border-line last:border-b-0">
            <th scope="row" className="py-1.5 pe-2 text-start font-normal">
              {t(`area.${area}`)}
            </th>
            {acts.map((act) => (
              <td key={act} className="py-1 pe-2">
                {cell(area, permissionOf(area, act), t(`act.${act}`))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
