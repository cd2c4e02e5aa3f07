import type en from '../../locales/en/home.json';
import { namespace } from '../../lib/i18n.ts';

export const useHomeWords = namespace<typeof en>('home');
