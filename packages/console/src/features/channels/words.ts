import type en from '../../locales/en/channels.json';
import { namespace } from '../../lib/i18n.ts';

export const useChannelWords = namespace<typeof en>('channels');
