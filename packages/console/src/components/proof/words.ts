import type en from '../../locales/en/proof.json';
import { namespace } from '../../lib/i18n.ts';

export const useProofWords = namespace<typeof en>('proof');
