import type en from '../../../locales/en/overrides.json';
import { namespace } from '../../../lib/i18n.ts';

export const useOverrideWords = namespace<typeof en>('overrides');
