import type { StoredObjectView } from '@tollgate/contract/api/stored-objects';
import { Clock, LoaderCircle } from 'lucide-react';
import { Status } from '../../components/ui/badge.tsx';
import { count, percent } from '../../lib/format.ts';
import { useFileWords } from './words.ts';

const looks = {
  working: { tone: 'plain', icon: LoaderCircle },
  cancelling: { tone: 'plain', icon: Clock },
  completed: { tone: 'good' },
  failed: { tone: 'danger' },
  cancelled: { tone: 'off' },
  expired: { tone: 'off' },
  kept: { tone: 'good' },
} as const;

/** Whether it is there, or how far a batch is. */
export function ObjectState({ object: { state, progress } }: { readonly object: StoredObjectView }) {
  const t = useFileWords();
  const { done, failed, total } = progress ?? { done: 0, failed: 0, total: 0 };
  return (
    <span
      title={total === 0 ? undefined : t('progress', { done: count(done), failed: count(failed), total: count(total) })}
    >
      <Status {...looks[state]}>
        {state === 'working' && total > 0
          ? t('runningAt', { percent: percent(Math.round(((done + failed) / total) * 100) / 100) })
          : state === 'completed' && failed > 0
            ? t('doneBut', { count: failed })
            : t(`states.${state}`)}
      </Status>
    </span>
  );
}
