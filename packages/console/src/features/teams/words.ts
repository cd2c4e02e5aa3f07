import type en from '../../locales/en/teams.json';
import { namespace } from '../../lib/i18n.ts';

export const useTeamWords = namespace<typeof en>('teams');
