import type en from '../../locales/en/snippets.json';
import { namespace } from '../../lib/i18n.ts';

/** Pages that show snippets name `snippets` among their words. */
export const useSnippetWords = namespace<typeof en>('snippets');
