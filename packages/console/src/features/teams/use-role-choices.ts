import type { TeamRole } from '@tollgate/contract/api/teams';
import type { Choice } from '../../components/ui/select.tsx';
import { rolesToGive, type Standing } from './deeds.ts';
import { useTeamWords } from './words.ts';

/** The roles that somebody may give, each with what it lets one do. */
export function useRoleChoices(standing: Standing): readonly Choice<TeamRole>[] {
  const t = useTeamWords();
  return rolesToGive(standing).map((role) => ({ value: role, label: t(`role.${role}`), detail: t(`may.${role}`) }));
}
