import type en from '../../../locales/en/team-sign-on.json';
import { namespace } from '../../../lib/i18n.ts';

export const useSignOnWords = namespace<typeof en>('team-sign-on');
