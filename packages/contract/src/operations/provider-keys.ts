import { listOf } from '../api/page.ts';
import {
  providerKeyChoicesSchema,
  providerKeyInputSchema,
  providerKeyModelsSchema,
  providerKeyPatchSchema,
  providerKeyQuerySchema,
  providerKeySchema,
  providerKeyStopSchema,
  providerKeyTestSchema,
  providerKeyTrialSchema,
  providerKeyTriedSchema,
} from '../api/provider-keys.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Keys that people and teams bring to providers. To others than their owners they do not exist. */
export const providerKeyOperations = declare({
  'providerKeys.list': {
    method: 'get',
    path: '/provider-keys',
    permission: 'providerKeys:read',
    summary: 'List one’s own provider keys or those of a team; for administrators everybody’s. Secrets are never shown',
    query: providerKeyQuerySchema,
    answer: listOf(providerKeySchema),
  },
  'providerKeys.choices': {
    method: 'get',
    path: '/provider-keys/choices',
    permission: 'providerKeys:read',
    summary: 'Providers that keys may be brought to, and what requests through them cost',
    answer: providerKeyChoicesSchema,
  },
  'providerKeys.create': {
    method: 'post',
    path: '/provider-keys',
    permission: 'providerKeys:write',
    summary: 'Bring a key to a provider, for oneself or for a team that one manages',
    body: providerKeyInputSchema,
    answer: providerKeySchema,
    status: 201,
  },
  'providerKeys.try': {
    method: 'post',
    path: '/provider-keys/trials',
    permission: 'providerKeys:write',
    summary: 'Try a key before it is kept: one small request, at the cost of its owner',
    body: providerKeyTrialSchema,
    answer: providerKeyTriedSchema,
  },
  'providerKeys.models': {
    method: 'post',
    path: '/provider-keys/models',
    permission: 'providerKeys:write',
    summary: 'List the models that a key may use, before it is kept',
    body: providerKeyTrialSchema.omit({ model: true }),
    answer: providerKeyModelsSchema,
  },
  'providerKeys.update': {
    method: 'patch',
    path: '/provider-keys/{id}',
    permission: 'providerKeys:write',
    summary:
      'Change a provider key; what was wrong with it is forgotten when its credential is given anew or it is enabled',
    params: idParams,
    body: providerKeyPatchSchema,
    answer: providerKeySchema,
  },
  'providerKeys.delete': {
    method: 'delete',
    path: '/provider-keys/{id}',
    permission: 'providerKeys:write',
    summary: 'Remove a provider key',
    params: idParams,
  },
  'providerKeys.test': {
    method: 'post',
    path: '/provider-keys/{id}/test',
    permission: 'providerKeys:write',
    summary: 'Ask something small by a provider key, at the cost of its owner',
    params: idParams,
    body: providerKeyTestSchema,
    answer: providerKeyTriedSchema,
  },
  'providerKeys.stop': {
    method: 'put',
    path: '/provider-keys/{id}/stop',
    permission: 'channels:write',
    summary: 'Stop anybody’s provider key, or let it go on',
    params: idParams,
    body: providerKeyStopSchema,
    answer: providerKeySchema,
  },
});
