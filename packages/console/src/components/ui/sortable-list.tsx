import { ArrowDown, ArrowUp, GripVertical } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton, GridList, GridListItem, useDragAndDrop } from 'react-aria-components';
import { IconButton } from './icon-button.tsx';
import { useUiWords } from './words.ts';

type SortableListProps<Item> = {
  readonly label: string;
  readonly items: readonly Item[];
  readonly idOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  /** Items that stay where they are, though others move around them. */
  readonly isFixed?: (item: Item) => boolean;
  /** An item was put to a place, counted without itself. */
  readonly onMove: (id: string, to: number) => void;
  readonly children: (item: Item) => ReactNode;
};

/**
 * Things in an order that people make: by dragging, by the keyboard (Enter at the grip, arrows, Enter), or with the buttons
 * beside each (WCAG 2.5.7).
 */
export function SortableList<Item>({
  label,
  items,
  idOf,
  nameOf,
  isFixed = () => false,
  onMove,
  children,
}: SortableListProps<Item>) {
  const t = useUiWords();
  const ids = items.map(idOf);
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ 'text/plain': String(key) })),
    onReorder: ({ keys, target }) => {
      const [id] = [...keys].map(String);
      if (id === undefined || id === target.key) return;
      const rest = ids.filter((one) => one !== id);
      onMove(id, rest.indexOf(String(target.key)) + (target.dropPosition === 'after' ? 1 : 0));
    },
  });
  return (
    <GridList
      aria-label={label}
      dragAndDropHooks={dragAndDropHooks}
      className="grid rounded-md border border-line bg-surface"
      items={items.map((item) => ({ id: idOf(item), item }))}
    >
      {({ id, item }) => {
        const at = ids.indexOf(id);
        const name = nameOf(item);
        const fixed = isFixed(item);
        return (
          <GridListItem
            id={id}
            textValue={name}
            isDisabled={fixed}
            className="flex items-center gap-2 border-b border-line px-2 py-1 outline-none last:border-b-0 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent dragging:opacity-50"
          >
            <AriaButton
              slot="drag"
              aria-label={t('sort.drag', { name })}
              className={`grid size-7 shrink-0 cursor-grab place-items-center rounded-sm text-muted ${fixed ? 'invisible' : ''}`}
            >
              <GripVertical aria-hidden className="size-4" />
            </AriaButton>
            <div className="min-w-0 grow">{children(item)}</div>
            <IconButton
              size="small"
              icon={ArrowUp}
              label={t('sort.up', { name })}
              isDisabled={fixed || at === 0}
              onPress={() => onMove(id, at - 1)}
            />
            <IconButton
              size="small"
              icon={ArrowDown}
              label={t('sort.down', { name })}
              isDisabled={fixed || at === ids.length - 1}
              onPress={() => onMove(id, at + 1)}
            />
          </GridListItem>
        );
      }}
    </GridList>
  );
}
