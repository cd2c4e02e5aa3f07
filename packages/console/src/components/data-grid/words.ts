import type en from '../../locales/en/grid.json';
import { namespace } from '../../lib/i18n.ts';

/** The words of grids. Pages that have one name the namespace `grid` in the route table. */
export const useGridWords = namespace<typeof en>('grid');
