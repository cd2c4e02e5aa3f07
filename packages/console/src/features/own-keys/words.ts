import { namespace } from '../../lib/i18n.ts';
import type en from '../../locales/en/own-keys.json';

export const useOwnKeyWords = namespace<typeof en>('own-keys');
