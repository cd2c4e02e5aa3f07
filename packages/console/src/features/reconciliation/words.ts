import type en from '../../locales/en/reconciliation.json';
import { namespace } from '../../lib/i18n.ts';

export const useReconciliationWords = namespace<typeof en>('reconciliation');
