import { namespace } from '../../lib/i18n.ts';
import type en from '../../locales/en/budgets.json';

export const useBudgetWords = namespace<typeof en>('budgets');
