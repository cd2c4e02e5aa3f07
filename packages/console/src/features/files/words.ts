import type en from '../../locales/en/files.json';
import { namespace } from '../../lib/i18n.ts';

export const useFileWords = namespace<typeof en>('files');
