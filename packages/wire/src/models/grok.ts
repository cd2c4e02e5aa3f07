import { plainFamily, type Family } from './family.ts';

/** xAI's; the effort of the small one can be named. */
export const grok: Family = {
  ...plainFamily('grok', /^grok/),
  suffixes: { names: /grok-3-mini/, efforts: ['low', 'high'], thinking: undefined },
};
