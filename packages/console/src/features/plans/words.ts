import type en from '../../locales/en/plans.json';
import { namespace } from '../../lib/i18n.ts';

export const usePlanWords = namespace<typeof en>('plans');
