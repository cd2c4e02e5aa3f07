import type en from '../../locales/en/models.json';
import { namespace } from '../../lib/i18n.ts';

export const useModelWords = namespace<typeof en>('models');
