import type en from '../../locales/en/usage.json';
import { namespace } from '../../lib/i18n.ts';

export const useUsageWords = namespace<typeof en>('usage');
export type UsageWords = ReturnType<typeof useUsageWords>;
