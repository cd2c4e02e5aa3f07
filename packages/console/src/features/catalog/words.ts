import type en from '../../locales/en/catalog.json';
import { namespace } from '../../lib/i18n.ts';

export const useCatalogWords = namespace<typeof en>('catalog');
