import type en from '../../locales/en/access.json';
import { namespace } from '../../lib/i18n.ts';

export const useAccessWords = namespace<typeof en>('access');
