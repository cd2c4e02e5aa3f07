import type { MeView } from '@tollgate/contract/api/people';
import { usd } from '../../lib/money.ts';

/** What is left in the wallet of whoever is signed in. */
export function Balance({ me }: { readonly me: MeView }) {
  const { balanceNanos } = me.user;
  return (
    <p className="text-end text-[0.8125rem] leading-tight text-muted">
      <span className="max-sm:sr-only">Balance </span>
      <span className="font-medium text-ink">
        {balanceNanos === null ? 'not known right now' : usd(BigInt(balanceNanos))}
      </span>
    </p>
  );
}
