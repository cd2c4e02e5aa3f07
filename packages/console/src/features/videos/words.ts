import type en from '../../locales/en/videos.json';
import { namespace } from '../../lib/i18n.ts';

export const useVideoWords = namespace<typeof en>('videos');
