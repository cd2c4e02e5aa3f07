import type en from '../../locales/en/sign-in-methods.json';
import { namespace } from '../../lib/i18n.ts';

export const useSignInWords = namespace<typeof en>('sign-in-methods');
