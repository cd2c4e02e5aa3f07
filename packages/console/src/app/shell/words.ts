import type en from '../../locales/en/shell.json';
import { namespace } from '../../lib/i18n.ts';

export const useShellWords = namespace<typeof en>('shell');
