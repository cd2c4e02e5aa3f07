import type en from '../../locales/en/form.json';
import { namespace } from '../../lib/i18n.ts';

/** The words of forms. Pages that have one name the namespace `form` in the route table. */
export const useFormWords = namespace<typeof en>('form');
