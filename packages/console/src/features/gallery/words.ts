import type en from '../../locales/en/gallery.json';
import { namespace } from '../../lib/i18n.ts';

export const useGalleryWords = namespace<typeof en>('gallery');
