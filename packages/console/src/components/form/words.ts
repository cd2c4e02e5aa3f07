import type en from '../../locales/en/form.json';
import { namespace, type Translate } from '../../lib/i18n.ts';
import { spaced } from '../../lib/spaced.ts';

/** The words of forms. Pages that have one name the namespace `form` in the route table. */
export const useFormWords = namespace<typeof en>('form');

/** What a field that a provider asks for is called: as its name says where no words are known for it. */
export function providerFieldName(name: string, t: Translate<typeof en>): string {
  const words = t(`provider.${name as keyof (typeof en)['provider']}`);
  // A key without words comes back as it is.
  return words === `provider.${name}` ? spaced(name) : words;
}
