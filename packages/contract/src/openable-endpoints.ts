import { z } from 'zod';

/**
 * Endpoints that are closed until a group opens them: what is made there lives on at a provider's account, and costs its owner what no
 * answer tells.
 */
export const openableEndpoints = [
  'conversations',
  'containers',
  'vector-stores',
  'skills',
  'agents',
  'environments',
  'vaults',
  'characters',
  'cached-contents',
] as const;
export type OpenableEndpoint = (typeof openableEndpoints)[number];

/** A list of them, each once. */
export const openEndpointsSchema = z
  .array(z.enum(openableEndpoints))
  .max(openableEndpoints.length)
  .overwrite((list) => [...new Set(list)]);
