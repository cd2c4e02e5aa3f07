import type { KeyView } from '@tollgate/contract/api/keys';
import { Button } from '../../components/ui/button.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { fullMoment } from '../../lib/format.ts';
import { useAction } from '../../lib/operations.ts';
import { useKeyWords } from './words.ts';

/** After a rotation: until when the former text works, and how to end it before. */
export function Former({ item: { id, previousUntil } }: { readonly item: KeyView }) {
  const t = useKeyWords();
  const end = useAction('keys.endPrevious', { invalidates: ['keys.read', 'keys.list'], failed: t('notChanged') });
  if (previousUntil === null) return null;
  return (
    <div className="mb-4">
      <Notice
        tone="info"
        title={t('former.title', { until: fullMoment(previousUntil) })}
        actions={
          <Button size="small" busy={end.busy} onPress={() => void end.run({ params: { id } })}>
            {t('former.end')}
          </Button>
        }
      >
        {t('former.what')}
      </Notice>
    </div>
  );
}
