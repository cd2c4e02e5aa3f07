import type en from '../../locales/en/margins.json';
import { namespace } from '../../lib/i18n.ts';

export const useMarginWords = namespace<typeof en>('margins');
