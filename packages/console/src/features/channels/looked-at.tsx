import type { ModelWatchView } from '@tollgate/contract/api/channel-inquiries';
import { fullMoment, relativeMoment } from '../../lib/format.ts';
import { useChannelWords } from './words.ts';

/** When the list of an upstream was looked at, and whether something was found. */
export function LookedAt({ watch: { checkedAt, new: fresh, gone } }: { readonly watch: ModelWatchView }) {
  const t = useChannelWords();
  if (checkedAt === null) return t('watch.notYet');
  const when = relativeMoment(checkedAt, Date.now());
  return (
    <span title={fullMoment(checkedAt)}>
      {t(fresh.length + gone.length === 0 ? 'watch.nothing' : 'watch.found', { when })}
    </span>
  );
}
