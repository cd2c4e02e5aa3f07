import type en from '../../../locales/en/studio.json';
import { namespace } from '../../../lib/i18n.ts';

export const useStudioWords = namespace<typeof en>('studio');
