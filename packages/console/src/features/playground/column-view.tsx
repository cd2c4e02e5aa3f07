import type { KeyView } from '@tollgate/contract/api/keys';
import { CodeXml, Ellipsis, SlidersHorizontal, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Combobox } from '../../components/ui/combobox.tsx';
import { ErrorNotice } from '../../components/ui/error-state.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Menu, MenuItem } from '../../components/ui/menu.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { Select } from '../../components/ui/select.tsx';
import { useOperation } from '../../lib/operations.ts';
import { CodeDialog } from './code-dialog.tsx';
import { mistakeOf } from './request.ts';
import type { Column } from './conversation.ts';
import { MessageView } from './message-view.tsx';
import { SettingsDrawer } from './settings-drawer.tsx';
import { ToolResults } from './tool-results.tsx';
import type { BoardActions } from './use-board.ts';
import { usePlaygroundWords } from './words.ts';

type ColumnProps = {
  readonly column: Column;
  /** Those that may be used. */
  readonly keys: readonly KeyView[];
  /** Its place, from 1. */
  readonly number: number;
  readonly alone: boolean;
  readonly actions: BoardActions;
};

/** One model, and what was said to it. */
export function ColumnView({ column, keys, number, alone, actions }: ColumnProps) {
  const t = usePlaygroundWords();
  const { id, model, messages } = column;
  const [opened, setOpened] = useState<'settings' | 'code'>();
  const models = useModels(column, keys, actions);
  const mistake = mistakeOf(column);
  const end = useFollow(messages);
  const name = useId();
  return (
    <section
      aria-labelledby={name}
      className="flex min-w-[86vw] flex-1 snap-center flex-col rounded-lg border border-line bg-surface sm:min-w-60"
    >
      {/* Four of them stand side by side on a small laptop: the key then has a line of its own. */}
      <header className="flex flex-wrap items-end gap-2 border-b border-line p-2.5">
        <h2 id={name} className="sr-only">
          {t('columnOf', { number, model })}
        </h2>
        <div className="min-w-0 grow-[3] basis-32">
          <Combobox
            label={t('model')}
            hideLabel
            choices={models.names.map((name) => ({ value: name, label: name }))}
            value={model}
            onChange={(next) => actions.change(id, { model: next })}
            placeholder={t('chooseModel')}
          />
        </div>
        {keys.length > 1 && (
          <div className="min-w-0 grow-[2] basis-20">
            <Select
              label={t('key')}
              hideLabel
              choices={keys.map((key) => ({ value: key.id, label: key.name, detail: `${key.prefix}…` }))}
              value={column.keyId === '' ? null : column.keyId}
              onChange={(keyId) => actions.change(id, { keyId })}
            />
          </div>
        )}
        <div className="ms-auto flex shrink-0">
          <IconButton icon={SlidersHorizontal} label={t('parameters')} onPress={() => setOpened('settings')} />
          <Menu trigger={<IconButton icon={Ellipsis} label={t('more')} />}>
            <MenuItem icon={CodeXml} onAction={() => setOpened('code')}>
              {t('viewCode')}
            </MenuItem>
            {!alone && (
              <MenuItem icon={Trash2} danger onAction={() => actions.remove(id)}>
                {t('removeColumn')}
              </MenuItem>
            )}
          </Menu>
        </div>
      </header>
      <div className="flex min-h-40 grow flex-col gap-4 overflow-y-auto p-3.5 sm:max-h-[calc(100dvh-22.5rem)]">
        {models.error !== null && <ErrorNotice title={t('modelsUnread')} error={models.error} />}
        {models.none && <Notice tone="warn" title={t('noModels')} />}
        {mistake !== undefined && <Notice tone="danger" title={t(`mistake.${mistake}`)} />}
        {messages.length === 0 && models.error === null && !models.none && (
          <p className="m-auto max-w-60 text-center text-small text-muted text-balance">{t('nothingSaid')}</p>
        )}
        {messages.map((message, index) => (
          <MessageView
            key={index}
            message={message}
            last={index === messages.length - 1}
            onRetry={() => actions.retry(id)}
            onStop={() => actions.stop(id)}
          />
        ))}
        <ToolResults column={column} onSend={(results) => actions.answerCalls(id, results)} />
        <div ref={end} />
      </div>
      <SettingsDrawer
        open={opened === 'settings'}
        onClose={() => setOpened(undefined)}
        settings={column.settings}
        onChange={(settings) => actions.change(id, { settings })}
        onSpread={alone ? undefined : () => actions.spread(id)}
      />
      <CodeDialog open={opened === 'code'} onClose={() => setOpened(undefined)} column={column} />
    </section>
  );
}

/** The models for conversations that a column's key may use. Chooses key and model where none is chosen, or that one is gone. */
function useModels({ id, keyId, model }: Column, keys: readonly KeyView[], { change }: BoardActions) {
  const known = keys.some((key) => key.id === keyId);
  const effective = useOperation('keys.effective', { params: { id: keyId } }, { enabled: known });
  const names = effective.data?.models.data
    .filter(({ operations }) => operations === null || operations.includes('chat'))
    .map(({ name }) => name);
  const firstKey = keys[0]?.id;
  useEffect(() => {
    if (!known && firstKey !== undefined) change(id, { keyId: firstKey });
  }, [known, firstKey, id, change]);
  const firstModel = names?.[0];
  useEffect(() => {
    if (model === '' && firstModel !== undefined) change(id, { model: firstModel });
  }, [model, firstModel, id, change]);
  return { names: names ?? [], none: names?.length === 0, error: effective.error };
}

/** Keeps the end of what is written in sight, as long as it is looked at. */
function useFollow(messages: Column['messages']) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = end.current?.parentElement;
    if (!box) return;
    const nearEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 160;
    if (nearEnd) box.scrollTop = box.scrollHeight;
  }, [messages]);
  return end;
}
