import type en from '../../locales/en/rights.json';
import { namespace } from '../../lib/i18n.ts';

/** Pages that draw permissions name `rights` among their words. */
export const useRightsWords = namespace<typeof en>('rights');
