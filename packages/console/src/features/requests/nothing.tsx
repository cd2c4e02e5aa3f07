import { Plus, ScrollText } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { LinkButton } from '../../components/ui/link.tsx';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { useRequestWords } from './words.ts';

type NothingProps = { readonly range: string; readonly onRange: (range: string) => void };

const longest = '90d';

/** No request in the stretch looked at: is there any at all? */
export function Nothing({ range, onRange }: NothingProps) {
  const t = useRequestWords();
  const seesAll = useRights().reachesAny('requests:read');
  const any = useOperation('requests.list', { query: { limit: 1, ...(seesAll && { userId: 'all' }) } });
  if (any.data !== undefined && any.data.data.length > 0)
    return (
      <EmptyState
        icon={ScrollText}
        title={t('nothingThen')}
        action={range !== longest && <Button onPress={() => onRange(longest)}>{t('lookFurther')}</Button>}
      />
    );
  return (
    <EmptyState
      icon={ScrollText}
      title={t('empty')}
      action={
        <LinkButton to="/keys" look="primary" icon={Plus}>
          {t('createKey')}
        </LinkButton>
      }
    >
      {t('emptyWhat')}
    </EmptyState>
  );
}
