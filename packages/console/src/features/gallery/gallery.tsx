import { useDeferredValue } from 'react';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { Fields } from './fields.tsx';
import { Grids } from './grids.tsx';
import { Marks } from './marks.tsx';
import { Overlays } from './overlays.tsx';
import { Pieces } from './pieces.tsx';
import { Sorting } from './sorting.tsx';
import { States } from './states.tsx';
import { useGalleryWords } from './words.ts';

const parts = { pieces: Pieces, overlays: Overlays, fields: Fields, sorting: Sorting, marks: Marks, states: States };

/** `?only=grids` shows one of the parts, such as to measure it without the others. */
const searchSchema = z.object({
  only: z.enum(['pieces', 'overlays', 'fields', 'sorting', 'marks', 'states', 'grids']).optional(),
});

/** Every part of components/ui as it is, for whoever builds a page or changes the look. Reached by its address. */
export default function GalleryPage() {
  const t = useGalleryWords();
  const [{ only }] = useSearchState(searchSchema);
  // The grids come after what is seen first, in a drawing of their own.
  const rest = useDeferredValue(true, false);
  const isShown = (name: string): boolean => only === undefined || only === name;
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      <div className="grid gap-4">
        {Object.entries(parts).map(([name, Part]) => isShown(name) && <Part key={name} />)}
        {rest && isShown('grids') && <Grids />}
      </div>
    </>
  );
}
