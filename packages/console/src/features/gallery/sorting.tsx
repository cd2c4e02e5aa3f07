import { useState } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { SortableList } from '../../components/ui/sortable-list.tsx';
import { useGalleryWords } from './words.ts';

/** A list in an order of one's own. */
export function Sorting() {
  const t = useGalleryWords();
  const [list, setList] = useState<readonly string[]>(['alpha', 'beta', 'gamma', 'delta']);
  return (
    <Card title={t('sorting')}>
      <SortableList
        label={t('sorting')}
        items={list}
        idOf={(name) => name}
        nameOf={(name) => name}
        isFixed={(name) => name === 'delta'}
        onMove={(id, to) => setList(list.filter((one) => one !== id).toSpliced(to, 0, id))}
      >
        {(name) => name}
      </SortableList>
    </Card>
  );
}
