import { z } from 'zod';
import { askAs, clientSecrets, clientSettings, readProfile, subjectSchema } from '../oauth.ts';
import { defineSignIn } from '../provider.ts';
import { beginPlain, finishPlain, type PlainServer } from './oauth2.ts';

/* Communities that speak OAuth 2 with words of their own. */

const optionalText = z.string().max(200).nullish().catch(null);

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
const githubSettings = z.strictObject({
  ...clientSettings,
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .default('https://github.com')
    .describe('Of an Enterprise Server, its own address.'),
});
const githubUser = z.object({ id: subjectSchema, login: z.string().max(200), name: optionalText });
const githubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

const githubServer = (base: string): PlainServer => ({
  authorize: `${base}/login/oauth/authorize`,
  token: `${base}/login/oauth/access_token`,
  scope: 'read:user user:email',
  authStyle: 'params',
});
const githubApi = (base: string): string =>
  base === 'https://github.com' ? 'https://api.github.com' : `${base}/api/v3`;

export const github = defineSignIn({
  id: 'github',
  label: 'GitHub',
  docs: 'https://github.com/settings/developers',
  settings: githubSettings,
  secrets: clientSecrets,
  begin: async (context, flow) => await beginPlain(context, githubServer(context.settings.baseUrl), flow),
  finish: async (context, flow, answer) => {
    const { baseUrl } = context.settings;
    const token = await finishPlain(context, githubServer(baseUrl), flow, answer);
    const claims = await askAs(context, token, `${githubApi(baseUrl)}/user`);
    const user = readProfile(context, githubUser, claims);
    const emails = readProfile(context, githubEmails, await askAs(context, token, `${githubApi(baseUrl)}/user/emails`));
    return {
      // Never the login, which can be given up and taken by somebody else.
      subject: user.id,
      email: emails.find(({ primary, verified }) => primary && verified)?.email,
      name: user.name ?? user.login,
      label: user.login,
      claims,
    };
  },
});

/** https://discord.com/developers/docs/topics/oauth2 */
const discordServer: PlainServer = {
  authorize: 'https://discord.com/oauth2/authorize',
  token: 'https://discord.com/api/oauth2/token',
  scope: 'identify email',
  authStyle: 'params',
};
const discordUser = z.object({
  id: subjectSchema,
  username: z.string().max(200),
  global_name: optionalText,
  email: z.string().max(254).nullish(),
  verified: z.boolean().optional(),
});

export const discord = defineSignIn({
  id: 'discord',
  label: 'Discord',
  docs: 'https://discord.com/developers/applications',
  settings: z.strictObject(clientSettings),
  secrets: clientSecrets,
  begin: async (context, flow) => await beginPlain(context, discordServer, flow),
  finish: async (context, flow, answer) => {
    const token = await finishPlain(context, discordServer, flow, answer);
    const claims = await askAs(context, token, 'https://discord.com/api/users/@me');
    const user = readProfile(context, discordUser, claims);
    return {
      subject: user.id,
      email: user.verified === true ? (user.email ?? undefined) : undefined,
      name: user.global_name ?? user.username,
      label: user.username,
      claims,
    };
  },
});

/** https://connect.linux.do */
const linuxDoServer: PlainServer = {
  authorize: 'https://connect.linux.do/oauth2/authorize',
  token: 'https://connect.linux.do/oauth2/token',
  scope: 'user',
  authStyle: 'header',
};
const linuxDoUser = z.object({ id: subjectSchema, username: z.string().max(200), name: optionalText });

export const linuxDo = defineSignIn({
  id: 'linuxdo',
  label: 'LinuxDO',
  docs: 'https://connect.linux.do/dash/sso',
  settings: z.strictObject({
    ...clientSettings,
    minimumTrustLevel: z.int().min(0).max(4).default(0).describe('Least trust level of who may enter.'),
  }),
  secrets: clientSecrets,
  begin: async (context, flow) => await beginPlain(context, linuxDoServer, flow),
  finish: async (context, flow, answer) => {
    const token = await finishPlain(context, linuxDoServer, flow, answer);
    const claims = await askAs(context, token, 'https://connect.linux.do/api/user');
    const user = readProfile(context, linuxDoUser, claims);
    // It gives no address that could be relied upon.
    return {
      subject: user.id,
      email: undefined,
      name: user.name ?? user.username,
      label: user.username,
      claims,
    };
  },
  policy: ({ minimumTrustLevel }) => ({
    logic: 'and',
    conditions: [
      { field: 'trust_level', op: 'gte', value: minimumTrustLevel },
      { field: 'silenced', op: 'ne', value: true },
      { field: 'active', op: 'ne', value: false },
    ],
    groups: [],
  }),
});
