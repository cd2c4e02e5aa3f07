import { Columns2, Eraser } from 'lucide-react';
import { useMemo } from 'react';
import { UsableKeys, useUsableKeys } from '../../components/keys/usable-keys.tsx';
import { Button } from '../../components/ui/button.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { useCommands } from '../../lib/commands.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useMe } from '../../lib/session.ts';
import { z } from '../../lib/zod.ts';
import { ColumnView } from './column-view.tsx';
import { Composer } from './composer.tsx';
import { isOpen, lastAnswer, maxColumns } from './conversation.ts';
import { useBoard } from './use-board.ts';
import { usePlaygroundWords } from './words.ts';

const searchSchema = z.object({ model: z.string().max(200).optional(), key: z.string().max(80).optional() });

/** How models answer: one beside the other, as a key of one's own, with its limits and at its cost. */
export default function PlaygroundPage() {
  const t = usePlaygroundWords();
  const { user } = useMe();
  const [asked] = useSearchState(searchSchema);
  const [board, actions] = useBoard(user.id, {
    ...(asked.model !== undefined && { model: asked.model }),
    ...(asked.key !== undefined && { keyId: asked.key }),
  });
  const keys = useUsableKeys();
  useCommands(
    useMemo(() => [{ id: 'playground.clear', label: t('clear'), icon: Eraser, run: actions.clear }], [t, actions]),
  );
  const { columns } = board;
  const said = columns.some(({ messages }) => messages.length > 0);
  const busy = columns.some((column) => {
    const last = lastAnswer(column);
    return last !== undefined && isOpen(last);
  });
  const { usable } = keys;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('what')}
        actions={
          <>
            {said && (
              <Button look="quiet" icon={Eraser} onPress={actions.clear}>
                {t('clear')}
              </Button>
            )}
            {usable !== undefined && usable.length > 0 && (
              <Button icon={Columns2} onPress={actions.add} isDisabled={columns.length >= maxColumns}>
                {t('addColumn')}
              </Button>
            )}
          </>
        }
      />
      <UsableKeys
        keys={keys}
        words={{ unread: t('keysUnread'), none: t('noKey'), what: t('noKeyWhat'), toKeys: t('toKeys') }}
      >
        {(own) => (
          <div className="flex min-h-[calc(100dvh-11rem)] flex-col gap-3">
            <div className="relative flex grow snap-x snap-mandatory items-stretch gap-3 overflow-x-auto max-sm:-mx-4 max-sm:px-4">
              {columns.map((column, index) => (
                <ColumnView
                  key={column.id}
                  column={column}
                  keys={own}
                  number={index + 1}
                  alone={columns.length === 1}
                  actions={actions}
                />
              ))}
            </div>
            <Composer busy={busy} columns={columns} onSend={actions.send} onStop={() => actions.stop()} />
          </div>
        )}
      </UsableKeys>
    </>
  );
}
