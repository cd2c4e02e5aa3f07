import type { TeamDomain } from '../../store/team-domains.ts';

/** What the DNS of a domain is to say, and under which name. */
export const recordOf = ({ domain, token }: Pick<TeamDomain, 'domain' | 'token'>) =>
  ({ name: `_tollgate.${domain}`, type: 'TXT', value: `tollgate-domain=${token}` }) as const;

/** Whether texts of the DNS show a domain to be its team's. */
export const isSaid = (said: readonly string[], domain: Pick<TeamDomain, 'domain' | 'token'>): boolean =>
  said.includes(recordOf(domain).value);

/** So long a verified domain is the team's still, after its record was found to be gone. */
export const domainGraceMs = 7 * 86_400_000;
