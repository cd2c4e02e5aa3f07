import type en from '../../locales/en/account.json';
import { namespace } from '../../lib/i18n.ts';

export const useAccountWords = namespace<typeof en>('account');
