import {
  mePatchSchema,
  meSchema,
  passwordChangeSchema,
  registrationSchema,
  sessionListSchema,
  setupInputSchema,
  setupStateSchema,
  signInSchema,
} from '../api/people.ts';
import { declare } from './declare.ts';

/** Signing in and out, the first root, and one's own account. */
export const sessionOperations = declare({
  'setup.read': {
    method: 'get',
    path: '/setup',
    permission: 'public',
    summary: 'Whether the first root is still to be made',
    answer: setupStateSchema,
  },
  'setup.create': {
    method: 'post',
    path: '/setup',
    permission: 'public',
    summary: 'Make the first root, with the token of the printed link',
    body: setupInputSchema,
    answer: meSchema,
    status: 201,
  },
  'session.create': {
    method: 'post',
    path: '/session',
    permission: 'public',
    summary: 'Sign in',
    body: signInSchema,
    answer: meSchema,
    status: 201,
  },
  'registration.create': {
    method: 'post',
    path: '/registrations',
    permission: 'public',
    summary: 'Create an account of one’s own, where that is open',
    body: registrationSchema,
    answer: meSchema,
    status: 201,
  },
  'session.delete': { method: 'delete', path: '/session', permission: 'account:write', summary: 'Sign out' },
  'sessions.list': {
    method: 'get',
    path: '/sessions',
    permission: 'account:read',
    summary: 'Where one is signed in',
    answer: sessionListSchema,
  },
  'sessions.delete': {
    method: 'delete',
    path: '/sessions',
    permission: 'account:write',
    summary: 'Sign out everywhere',
  },
  'me.read': { method: 'get', path: '/me', permission: 'account:read', summary: 'Who one is', answer: meSchema },
  'me.update': {
    method: 'patch',
    path: '/me',
    permission: 'account:write',
    summary: 'Change one’s own name',
    body: mePatchSchema,
    answer: meSchema,
  },
  'me.password': {
    method: 'post',
    path: '/me/password',
    permission: 'account:write',
    summary: 'Change one’s own password; ends all other sessions',
    body: passwordChangeSchema,
  },
});
