import type en from '../../locales/en/start.json';
import { namespace } from '../../lib/i18n.ts';

export const useStartWords = namespace<typeof en>('start');
