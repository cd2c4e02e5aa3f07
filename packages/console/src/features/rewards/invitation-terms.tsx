import type { Answer } from '../../lib/api.ts';
import { usdOf } from '../../lib/money.ts';
import { useRewardWords } from './words.ts';

/** What both get, and when. */
export function InvitationTerms({ invitations }: { readonly invitations: Answer<'invitations.read'> }) {
  const t = useRewardWords();
  const { inviterCreditUsd, inviteeCreditUsd, afterFirstPayment } = invitations;
  const parts = [
    isSome(inviterCreditUsd) ? t('terms.inviter', { amount: usdOf(inviterCreditUsd) }) : undefined,
    isSome(inviteeCreditUsd) ? t('terms.invitee', { amount: usdOf(inviteeCreditUsd) }) : undefined,
    afterFirstPayment ? t('terms.afterPayment') : t('terms.atOnce'),
  ];
  return (
    <ul className="grid gap-1 text-small">
      {parts
        .filter((part) => part !== undefined)
        .map((part) => (
          <li key={part}>{part}</li>
        ))}
    </ul>
  );
}

const isSome = (amount: string): boolean => /[1-9]/.test(amount);
