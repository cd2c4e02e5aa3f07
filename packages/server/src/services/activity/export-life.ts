import type { AccountDeps } from '../accounts/account-deps.ts';

/** How long a file that somebody asked for is kept, in ms. */
export const exportKeptMs = ({ snapshot }: Pick<AccountDeps, 'snapshot'>): number =>
  snapshot().settings.log.exportDays * 86_400_000;
