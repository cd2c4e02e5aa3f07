import type en from '../../locales/en/system.json';
import { namespace } from '../../lib/i18n.ts';

export const useSystemWords = namespace<typeof en>('system');
