import { Notice } from '../../components/ui/notice.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { fullMoment } from '../../lib/format.ts';
import { usePayerWords } from './payers.tsx';
import type { RequestView } from './request-view.ts';
import { useRequestWords } from './words.ts';

/** Why a request was refused for money, with the numbers; nothing for all others. */
export function Shortfall({ request: { shortfall } }: { readonly request: RequestView }) {
  const t = useRequestWords();
  const words = usePayerWords();
  if (shortfall === null) return null;
  const { unit, available, needed, endsAt, kind } = shortfall;
  return (
    <Notice
      tone="warn"
      title={t('shortfall.title', { what: words.name(shortfall) })}
      actions={kind === 'budget' && <LinkButton to="/budgets">{t('shortfall.budgets')}</LinkButton>}
    >
      {t('shortfall.numbers', {
        available: words.amount({ unit, amount: available }),
        needed: words.amount({ unit, amount: needed }),
      })}{' '}
      {endsAt !== null && t('shortfall.next', { when: fullMoment(endsAt) })}
    </Notice>
  );
}
