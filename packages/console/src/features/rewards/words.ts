import { namespace } from '../../lib/i18n.ts';
import type en from '../../locales/en/rewards.json';

export const useRewardWords = namespace<typeof en>('rewards');
