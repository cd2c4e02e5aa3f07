import type en from '../../locales/en/keys.json';
import { namespace } from '../../lib/i18n.ts';

export const useKeyWords = namespace<typeof en>('keys');
