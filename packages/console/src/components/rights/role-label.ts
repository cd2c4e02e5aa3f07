import { roles, type Role } from '@tollgate/contract/permissions';
import { useCallback } from 'react';
import { useRightsWords } from './words.ts';

/** Whether a role comes with the gateway. */
const isBuiltIn = (name: string): name is Role => roles.some((role) => role === name);

/** What a role is called: a built-in one in the reader's language, one of the operator's own by its name. */
export function useRoleLabel(): (name: string) => string {
  const t = useRightsWords();
  return useCallback((name) => (isBuiltIn(name) ? t(`role.${name}`) : name), [t]);
}
