import type en from '../../locales/en/audit.json';
import { namespace } from '../../lib/i18n.ts';

export const useAuditWords = namespace<typeof en>('audit');
