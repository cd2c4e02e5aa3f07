import type en from '../../locales/en/notifications.json';
import { namespace } from '../../lib/i18n.ts';

export const useNoticeWords = namespace<typeof en>('notifications');
