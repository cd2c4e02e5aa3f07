import type en from '../../locales/en/site.json';
import { namespace } from '../../lib/i18n.ts';

export const useSiteWords = namespace<typeof en>('site');
