import { ArrowDown, ArrowUp, Columns3, RotateCcw } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Popover } from '../ui/popover.tsx';
import { Checkbox } from '../ui/toggles.tsx';
import type { LayoutControl } from './use-layout.ts';
import { useGridWords } from './words.ts';

/** Which columns are shown and in which order: everything that is dragged can be pressed here. */
export function ColumnsMenu<Row>({ layout }: { readonly layout: LayoutControl<Row> }) {
  const t = useGridWords();
  return (
    <Popover
      label={t('columns')}
      className="w-72 p-2"
      trigger={
        <Button look="quiet" size="small" icon={Columns3}>
          {t('columns')}
        </Button>
      }
    >
      <ul className="max-h-80 overflow-y-auto">
        {layout.all.map((column, place) => (
          <li key={column.id} className="flex items-center justify-between gap-2 rounded-[4px] ps-2 hover:bg-hover">
            <Checkbox
              label={column.header}
              value={layout.isShown(column)}
              disabled={column.hideable === false}
              onChange={(shown) => layout.show(column, shown)}
            />
            <span className="flex">
              <IconButton
                size="small"
                icon={ArrowUp}
                label={t('moveUp', { column: column.header })}
                isDisabled={place === 0}
                onPress={() => layout.move(column, -1)}
              />
              <IconButton
                size="small"
                icon={ArrowDown}
                label={t('moveDown', { column: column.header })}
                isDisabled={place === layout.all.length - 1}
                onPress={() => layout.move(column, 1)}
              />
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-1 border-t border-line pt-1">
        <Button look="quiet" size="small" icon={RotateCcw} onPress={layout.reset}>
          {t('resetColumns')}
        </Button>
      </div>
    </Popover>
  );
}
