import type en from '../../locales/en/bundles.json';
import { namespace } from '../../lib/i18n.ts';

export const useBundleWords = namespace<typeof en>('bundles');
