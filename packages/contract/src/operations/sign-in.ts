import { listOf } from '../api/page.ts';
import {
  enteredSchema,
  identityListSchema,
  redirectionSchema,
  signInBeginSchema,
  signInFinishSchema,
  signInMethodInputSchema,
  signInMethodPatchSchema,
  signInMethodSchema,
  signInOptionSchema,
  signInProviderSchema,
} from '../api/sign-in.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

/** Signing in by way of somebody else, linking such identities, and setting the methods up. */
export const signInOperations = declare({
  'signIn.options': {
    method: 'get',
    path: '/sign-in/options',
    permission: 'public',
    summary: 'Ways to sign in beside the password',
    answer: listOf(signInOptionSchema),
  },
  'signIn.begin': {
    method: 'post',
    path: '/sign-in/begin',
    permission: 'public',
    summary: 'Begin to sign in by way of somebody else; the answer says where the browser goes',
    body: signInBeginSchema,
    answer: redirectionSchema,
  },
  'signIn.finish': {
    method: 'post',
    path: '/sign-in/finish',
    permission: 'public',
    summary: 'End what was begun in this browser, with what it brought back: sign in, or link an identity',
    body: signInFinishSchema,
    answer: enteredSchema,
  },
  'identities.list': {
    method: 'get',
    path: '/me/identities',
    permission: 'account:read',
    summary: 'Whom one is elsewhere: identities that lead to one’s account',
    answer: identityListSchema,
  },
  'identities.link': {
    method: 'post',
    path: '/me/identities',
    permission: 'account:write',
    summary: 'Begin to link an identity to one’s account; ends with `signIn.finish`',
    body: signInBeginSchema.pick({ methodId: true }),
    answer: redirectionSchema,
  },
  'identities.unlink': {
    method: 'delete',
    path: '/me/identities/{id}',
    permission: 'account:write',
    summary: 'Unlink an identity; refused for the last way in',
    params: idParams,
  },
  'signInProviders.list': {
    method: 'get',
    path: '/sign-in-providers',
    permission: 'signIn:read',
    summary: 'Sign-in providers that methods can use',
    answer: listOf(signInProviderSchema),
  },
  'signInMethods.list': {
    method: 'get',
    path: '/sign-in-methods',
    permission: 'signIn:read',
    summary: 'List sign-in methods',
    answer: listOf(signInMethodSchema),
  },
  'signInMethods.create': {
    method: 'post',
    path: '/sign-in-methods',
    permission: 'signIn:write',
    summary: 'Set up a sign-in method',
    body: signInMethodInputSchema,
    answer: signInMethodSchema,
    status: 201,
  },
  'signInMethods.update': {
    method: 'patch',
    path: '/sign-in-methods/{id}',
    permission: 'signIn:write',
    summary: 'Change a sign-in method',
    params: idParams,
    body: signInMethodPatchSchema,
    answer: signInMethodSchema,
  },
  'signInMethods.delete': {
    method: 'delete',
    path: '/sign-in-methods/{id}',
    permission: 'signIn:write',
    summary: 'Remove a sign-in method that nobody has linked',
    params: idParams,
  },
});
