import type en from '../../locales/en/wallet.json';
import { namespace } from '../../lib/i18n.ts';

export const useWalletWords = namespace<typeof en>('wallet');
