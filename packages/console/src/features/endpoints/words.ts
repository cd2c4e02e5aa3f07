import type en from '../../locales/en/endpoints.json';
import { namespace } from '../../lib/i18n.ts';

export const useEndpointWords = namespace<typeof en>('endpoints');
