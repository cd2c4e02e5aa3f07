import type { UserView } from '@tollgate/contract/api/people';
import { Status } from '../../components/ui/badge.tsx';
import { usd, usdFloored } from '../../lib/money.ts';
import { useUserWords } from './words.ts';

export function UserState({ user }: { readonly user: UserView }) {
  const t = useUserWords();
  return user.enabled ? <Status tone="good">{t('state.active')}</Status> : <Status tone="off">{t('state.off')}</Status>;
}

/** What is in a wallet, to the cent; exactly on hover. Below zero it says so in its colour too. */
export function Balance({ nanos }: { readonly nanos: string | null }) {
  if (nanos === null) return <span className="text-muted">–</span>;
  const value = BigInt(nanos);
  return (
    <span title={usd(value)} className={value < 0n ? 'text-danger' : ''}>
      {usdFloored(value)}
    </span>
  );
}
