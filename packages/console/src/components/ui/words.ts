import type en from '../../locales/en/ui.json';
import { namespace } from '../../lib/i18n.ts';

/** The words that parts bring along. */
export const useUiWords = namespace<typeof en>('ui');
