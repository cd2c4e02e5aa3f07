import { useAction } from '../../lib/operations.ts';
import { useKeyWords } from './words.ts';

/** Switches a key at once, and offers to take it back. */
export function useSwitchKey(): (id: string, enabled: boolean) => void {
  const t = useKeyWords();
  const update = useAction('keys.update', {
    optimistic: ({ params, body }, cache) =>
      cache.update('keys.list', (page) => ({
        ...page,
        data: page.data.map((key) => (key.id === params.id ? { ...key, enabled: body?.enabled ?? key.enabled } : key)),
      })),
    invalidates: ['keys.list', 'keys.read', 'keys.effective', 'audit.list'],
    failed: t('notChanged'),
    done: ({ id, name, enabled }) => ({
      title: t(enabled ? 'wasEnabled' : 'wasDisabled', { name }),
      undo: () => void update.run({ params: { id }, body: { enabled: !enabled } }),
    }),
  });
  return (id, enabled) => void update.run({ params: { id }, body: { enabled } });
}
