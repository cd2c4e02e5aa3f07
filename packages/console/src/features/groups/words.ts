import type en from '../../locales/en/groups.json';
import { namespace } from '../../lib/i18n.ts';

export const useGroupWords = namespace<typeof en>('groups');
