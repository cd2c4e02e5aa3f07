import type { Settings } from '@tollgate/contract/settings';
import { Refusal } from '../../domain/refusal.ts';
import type { Db } from '../../store/database.ts';
import { userRepository } from '../../store/users.ts';

/** Hosts that read no dots in the part before the @. */
const dotless: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com']);

/**
 * The mailbox that an address leads to, as far as spelling tells: without a `+tag`, and without dots where the host reads
 * none. Two addresses of one key are one person's.
 */
export function mailboxOf(email: string): string {
  const at = email.lastIndexOf('@');
  const host = email.slice(at + 1).toLowerCase();
  const local = email.slice(0, at).toLowerCase();
  const tag = local.indexOf('+');
  const box = tag > 0 ? local.slice(0, tag) : local;
  if (!dotless.has(host)) return `${box}@${host}`;
  return `${box.replaceAll('.', '')}@gmail.com`;
}

/** Refuses an address that strangers may not come with, by what can be seen of it alone: this tells nothing of who is here. */
export function assertAddressAllowed({ accounts }: Pick<Settings, 'accounts'>, email: string): void {
  const domains = accounts.emailDomains.map((domain) => domain.toLowerCase().replace(/^@/, ''));
  const host = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  if (domains.length > 0 && !domains.some((domain) => host === domain))
    throw new Refusal('invalid_request', 'Addresses of this domain are not admitted here.', { param: 'email' });
  if (accounts.emailAliases === 'refuse' && email.split('@', 1)[0]?.includes('+') === true)
    throw new Refusal('invalid_request', 'Give your address without a +tag.', { param: 'email' });
}

/** Whether an address, or where aliases are one person's, its mailbox, is that of somebody else's account. */
export async function isAddressTaken(
  db: Db,
  { accounts }: Pick<Settings, 'accounts'>,
  email: string,
  except?: string,
): Promise<boolean> {
  const owner =
    (await userRepository.findByEmail(db, email)) ??
    (accounts.emailAliases === 'allow' ? undefined : await userRepository.findByMailbox(db, mailboxOf(email)));
  return owner !== undefined && owner.id !== except;
}
