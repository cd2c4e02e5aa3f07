import type en from '../../locales/en/roles.json';
import { namespace } from '../../lib/i18n.ts';

export const useRoleWords = namespace<typeof en>('roles');
