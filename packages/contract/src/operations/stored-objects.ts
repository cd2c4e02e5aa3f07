import { storedObjectPageSchema, storedObjectQuerySchema, storedObjectSchema } from '../api/stored-objects.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Files, batches and whatever else providers' accounts keep: one's own, and for administrators everybody's. */
export const storedObjectOperations = declare({
  'storedObjects.list': {
    method: 'get',
    path: '/stored-objects',
    permission: 'requests:read',
    summary: 'List files, batches, caches and whatever else providers keep',
    query: storedObjectQuerySchema,
    answer: storedObjectPageSchema,
  },
  'storedObjects.read': {
    method: 'get',
    path: '/stored-objects/{id}',
    permission: 'requests:read',
    summary: 'Show something that a provider keeps',
    params: idParams,
    answer: storedObjectSchema,
  },
  'storedObjects.cancel': {
    method: 'post',
    path: '/stored-objects/{id}/cancel',
    permission: 'keys:write',
    summary: 'Cancel a batch that is worked on; what was done is charged',
    params: idParams,
    answer: storedObjectSchema,
  },
  'storedObjects.delete': {
    method: 'delete',
    path: '/stored-objects/{id}',
    permission: 'keys:write',
    summary: 'Delete something at the provider that keeps it; a cache is charged until now',
    params: idParams,
  },
});
