import type { AnySignInProvider } from '../provider.ts';
import { dingTalk, feishu, weChat, weCom } from './chinese-suites.ts';
import { discord, github, linuxDo } from './communities.ts';
import { ldap } from './ldap.ts';
import { oauth2 } from './oauth2.ts';
import { google, oidc } from './oidc.ts';
import { saml } from './saml.ts';
import { telegram } from './telegram.ts';

/** Whom people may sign in by. */
export const signInProviders: ReadonlyMap<string, AnySignInProvider> = new Map(
  [oidc, saml, ldap, oauth2, github, google, discord, linuxDo, telegram, weChat, feishu, dingTalk, weCom].map(
    (provider) => [provider.id, provider],
  ),
);
