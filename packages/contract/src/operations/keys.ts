import {
  effectiveKeySchema,
  keyInputSchema,
  keyPageSchema,
  keyPatchSchema,
  keyQuerySchema,
  keyRotationSchema,
  keySchema,
  newKeySchema,
} from '../api/keys.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** API keys: one's own, and for administrators everybody's. */
export const keyOperations = declare({
  'keys.list': {
    method: 'get',
    path: '/keys',
    permission: 'keys:read',
    summary: 'List API keys',
    query: keyQuerySchema,
    answer: keyPageSchema,
  },
  'keys.create': {
    method: 'post',
    path: '/keys',
    permission: 'keys:write',
    summary: 'Create an API key; its text is in this answer only',
    body: keyInputSchema,
    answer: newKeySchema,
    status: 201,
  },
  'keys.read': {
    method: 'get',
    path: '/keys/{id}',
    permission: 'keys:read',
    summary: 'Read an API key',
    params: idParams,
    answer: keySchema,
  },
  'keys.effective': {
    method: 'get',
    path: '/keys/{id}/effective',
    permission: 'keys:read',
    summary: 'What holds for a key in the end: group, models, limits, and where each is said',
    params: idParams,
    answer: effectiveKeySchema,
  },
  'keys.rotate': {
    method: 'post',
    path: '/keys/{id}/rotate',
    permission: 'keys:write',
    summary: 'Give an API key another text, which is in this answer only; the old one works on for a while',
    params: idParams,
    body: keyRotationSchema,
    answer: newKeySchema,
  },
  'keys.endPrevious': {
    method: 'delete',
    path: '/keys/{id}/previous',
    permission: 'keys:write',
    summary: 'End the text that a rotated key had before, at once',
    params: idParams,
  },
  'keys.update': {
    method: 'patch',
    path: '/keys/{id}',
    permission: 'keys:write',
    summary: 'Change, disable or enable an API key',
    params: idParams,
    body: keyPatchSchema,
    answer: keySchema,
  },
  'keys.delete': {
    method: 'delete',
    path: '/keys/{id}',
    permission: 'keys:write',
    summary: 'Revoke an API key for ever',
    params: idParams,
  },
});
