import type en from '../../locales/en/users.json';
import { namespace } from '../../lib/i18n.ts';

export const useUserWords = namespace<typeof en>('users');
