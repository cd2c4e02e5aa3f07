import type { TeamRole } from '@tollgate/contract/api/teams';
import { Badge } from '../../components/ui/badge.tsx';
import { usd } from '../../lib/money.ts';
import { useTeamWords } from './words.ts';

/** A role within a team; null is that of an administrator of the gateway who is no member. */
export function RoleBadge({ role }: { readonly role: TeamRole | null }) {
  const t = useTeamWords();
  if (role === null) return <span className="text-muted">{t('noMember')}</span>;
  return <Badge tone={role === 'owner' ? 'accent' : 'plain'}>{t(`role.${role}`)}</Badge>;
}

/** What is in a wallet; null while it cannot be read. */
export const Balance = ({ nanos }: { readonly nanos: string | null }) => (
  <span className={nanos?.startsWith('-') === true ? 'text-danger' : ''}>
    {nanos === null ? '–' : usd(BigInt(nanos))}
  </span>
);
