import type en from '../../locales/en/playground.json';
import { namespace } from '../../lib/i18n.ts';

export const usePlaygroundWords = namespace<typeof en>('playground');
