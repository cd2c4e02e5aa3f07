import { useDeferredValue } from 'react';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Fields } from './fields.tsx';
import { Grids } from './grids.tsx';
import { Marks } from './marks.tsx';
import { Overlays } from './overlays.tsx';
import { Pieces } from './pieces.tsx';
import { Sorting } from './sorting.tsx';
import { States } from './states.tsx';
import { useGalleryWords } from './words.ts';

/** Every part of components/ui as it is, for whoever builds a page or changes the look. Reached by its address. */
export default function GalleryPage() {
  const t = useGalleryWords();
  // The grids come after what is seen first, in a drawing of their own.
  const rest = useDeferredValue(true, false);
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      <div className="grid gap-4">
        <Pieces />
        <Overlays />
        <Fields />
        <Sorting />
        <Marks />
        <States />
        {rest && <Grids />}
      </div>
    </>
  );
}
