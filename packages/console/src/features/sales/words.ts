import type en from '../../locales/en/sales.json';
import { namespace } from '../../lib/i18n.ts';

export const useSaleWords = namespace<typeof en>('sales');
