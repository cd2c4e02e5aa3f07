import type en from '../../locales/en/invoices.json';
import { namespace } from '../../lib/i18n.ts';

export const useInvoiceWords = namespace<typeof en>('invoices');
