import { roles } from '@tollgate/contract/permissions';
import { useRoleLabel } from '../../components/rights/role-label.ts';
import type { Choice } from '../../components/ui/select.tsx';
import { useOperation } from '../../lib/operations.ts';
import { useUserWords } from './words.ts';

/** The roles that there are, to choose from; `present` is among them even before they are read. */
export function useRoleChoices(present: string): readonly Choice[] {
  const t = useUserWords();
  const label = useRoleLabel();
  const own = (useOperation('roles.list').data?.data ?? []).filter(({ builtIn }) => !builtIn);
  const choices = new Map<string, Choice>([[present, { value: present, label: label(present) }]]);
  for (const name of roles.toReversed())
    choices.set(name, { value: name, label: label(name), detail: t(`roleWhat.${name}`) });
  for (const { name, description } of own)
    choices.set(name, { value: name, label: name, ...(description !== '' && { detail: description }) });
  return [...choices.values()];
}
