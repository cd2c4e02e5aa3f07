import type { Json } from '@tollgate/wire/protocol';
import { z } from 'zod';
import { valueAt } from '@tollgate/wire/json/path';
import { Refusal } from '../../../domain/refusal.ts';
import { askAs, askJson, clientSecrets, clientSettings, readProfile, subjectSchema } from '../oauth.ts';
import { defineSignIn, type FlowSecrets, type SignInContext } from '../provider.ts';
import { beginPlain } from './oauth2.ts';

/* Suites whose flow is OAuth 2 in shape, and JSON of their own in the rest. State is checked before `finish` is asked. */

const optionalText = z.string().max(200).nullish().catch(null);

/** The code that came back. */
function codeOf(context: SignInContext, answer: URLSearchParams, name = 'code'): string {
  const code = answer.get(name);
  if (code === null || code === '') throw new Refusal('sign_in_failed', `${context.name} gave no code.`);
  return code;
}

/** What an answer says under `path`, unless its own status (`code` or `errcode`) is a failure. */
function successOf(context: SignInContext, json: Json, status: 'code' | 'errcode'): Json {
  const code = valueAt(json, status);
  if (code === undefined || code === 0) return json;
  throw new Refusal('sign_in_failed', `${context.name} did not let you in: its error ${JSON.stringify(code)}.`);
}

const postJson = (body: Readonly<Record<string, string>>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

/** An address with parameters. */
function address(base: string, params: Readonly<Record<string, string>>): URL {
  const url = new URL(base);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url;
}

const larkHosts = {
  feishu: { accounts: 'https://accounts.feishu.cn', open: 'https://open.feishu.cn' },
  lark: { accounts: 'https://accounts.larksuite.com', open: 'https://open.larksuite.com' },
};
const larkUser = z.object({
  open_id: subjectSchema,
  union_id: subjectSchema.optional(),
  name: optionalText,
  enterprise_email: z.string().max(254).nullish().catch(null),
});

/** https://open.feishu.cn/document/authentication-management/access-token/get-user-access-token */
export const feishu = defineSignIn({
  id: 'feishu',
  label: 'Feishu / Lark',
  docs: 'https://open.feishu.cn/app',
  settings: z.strictObject({
    ...clientSettings,
    region: z.enum(['feishu', 'lark']).default('feishu').describe('Which of the two the organisation uses.'),
    tenantKey: z.string().max(100).default('').describe('Only people of this organisation.'),
  }),
  secrets: clientSecrets,
  begin: async (context, flow) => {
    const { accounts, open } = larkHosts[context.settings.region];
    const server = { authorize: `${accounts}/open-apis/authen/v1/authorize`, token: open, scope: '' };
    return await beginPlain(context, { ...server, authStyle: 'params' }, flow);
  },
  finish: async (context, flow, answer) => {
    const { settings, secrets, redirectUri } = context;
    const { open } = larkHosts[settings.region];
    const token = await askJson(
      context,
      `${open}/open-apis/authen/v2/oauth/token`,
      postJson({
        grant_type: 'authorization_code',
        client_id: settings.clientId,
        client_secret: secrets.clientSecret,
        code: codeOf(context, answer),
        redirect_uri: redirectUri,
        code_verifier: flow.codeVerifier,
      }),
    );
    const { access_token } = readProfile(
      context,
      z.object({ access_token: z.string().min(1) }),
      successOf(context, token, 'code'),
    );
    const said = successOf(
      context,
      await askAs(context, access_token, `${open}/open-apis/authen/v1/user_info`),
      'code',
    );
    const claims = valueAt(said, 'data') ?? null;
    const user = readProfile(context, larkUser, claims);
    return {
      subject: user.open_id,
      // The organisation's own address, which it gives out itself; the other one is not verified.
      email: user.enterprise_email || undefined,
      name: user.name ?? undefined,
      label: user.name ?? user.open_id,
      claims,
    };
  },
  policy: ({ tenantKey }) =>
    tenantKey === ''
      ? undefined
      : { logic: 'and', conditions: [{ field: 'tenant_key', op: 'eq', value: tenantKey }], groups: [] },
});

const dingTalkUser = z.object({ unionId: subjectSchema, nick: optionalText });

/** https://open.dingtalk.com/document/orgapp/tutorial-obtaining-user-personal-information */
export const dingTalk = defineSignIn({
  id: 'dingtalk',
  label: 'DingTalk',
  docs: 'https://open-dev.dingtalk.com',
  settings: z.strictObject({
    ...clientSettings,
    corpId: z.string().max(100).default('').describe('Only people who choose this organisation.'),
  }),
  secrets: clientSecrets,
  begin: async (context, flow) => {
    const { corpId } = context.settings;
    const server = { authorize: 'https://login.dingtalk.com/oauth2/auth', token: 'https://api.dingtalk.com' };
    const scope = corpId === '' ? 'openid' : 'openid corpid';
    return await beginPlain(context, { ...server, scope, authStyle: 'params' }, flow, {
      prompt: 'consent',
      ...(corpId !== '' && { corpId }),
    });
  },
  finish: async (context, _flow, answer) => {
    const { settings, secrets } = context;
    const token = await askJson(
      context,
      'https://api.dingtalk.com/v1.0/oauth2/userAccessToken',
      postJson({
        clientId: settings.clientId,
        clientSecret: secrets.clientSecret,
        code: codeOf(context, answer, answer.has('authCode') ? 'authCode' : 'code'),
        grantType: 'authorization_code',
      }),
    );
    const given = readProfile(
      context,
      z.object({ accessToken: z.string().min(1), corpId: z.string().nullish() }),
      token,
    );
    const me = await askJson(context, 'https://api.dingtalk.com/v1.0/contact/users/me', {
      headers: { 'x-acs-dingtalk-access-token': given.accessToken },
    });
    const user = readProfile(context, dingTalkUser, me);
    return {
      subject: user.unionId,
      email: undefined,
      name: user.nick ?? undefined,
      label: user.nick ?? user.unionId,
      claims: z.json().parse({ ...z.record(z.string(), z.json()).parse(me), corpId: given.corpId ?? null }),
    };
  },
  policy: ({ corpId }) =>
    corpId === ''
      ? undefined
      : { logic: 'and', conditions: [{ field: 'corpId', op: 'eq', value: corpId }], groups: [] },
});

/** https://developer.work.weixin.qq.com/document/path/98152 */
export const weCom = defineSignIn({
  id: 'wecom',
  label: 'WeCom',
  docs: 'https://work.weixin.qq.com/wework_admin/frame#apps',
  settings: z.strictObject({
    corpId: z.string().min(1).max(100).describe('Id of the organisation (企业 ID).'),
    agentId: z.string().min(1).max(30).describe('Id of the application (AgentId).'),
  }),
  secrets: z.strictObject({ clientSecret: z.string().min(1).max(200).describe('Secret of the application.') }),
  begin: ({ settings, redirectUri }, { state }) =>
    Promise.resolve(
      address('https://login.work.weixin.qq.com/wwlogin/sso/login', {
        login_type: 'CorpApp',
        appid: settings.corpId,
        agentid: settings.agentId,
        redirect_uri: redirectUri,
        state,
      }),
    ),
  finish: async (context, _flow, answer) => {
    const { settings, secrets } = context;
    const host = 'https://qyapi.weixin.qq.com/cgi-bin';
    const token = await askJson(
      context,
      address(`${host}/gettoken`, { corpid: settings.corpId, corpsecret: secrets.clientSecret }),
    );
    const { access_token } = readProfile(
      context,
      z.object({ access_token: z.string().min(1) }),
      successOf(context, token, 'errcode'),
    );
    const claims = successOf(
      context,
      await askJson(context, address(`${host}/auth/getuserinfo`, { access_token, code: codeOf(context, answer) })),
      'errcode',
    );
    // People of other organisations have an `openid` instead, and are not let in.
    const { userid } = readProfile(context, z.object({ userid: subjectSchema }), claims);
    return { subject: userid, email: undefined, name: userid, label: userid, claims };
  },
});

const weChatToken = z.object({ access_token: z.string().min(1), openid: subjectSchema });
const weChatUser = z.object({ nickname: optionalText, unionid: subjectSchema.optional() });

/** https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html */
export const weChat = defineSignIn({
  id: 'wechat',
  label: 'WeChat',
  docs: 'https://open.weixin.qq.com',
  settings: z.strictObject({ appId: z.string().min(1).max(100).describe('AppID of the website application.') }),
  secrets: z.strictObject({ appSecret: z.string().min(1).max(200).describe('Its AppSecret.') }),
  begin: ({ settings, redirectUri }: { settings: { appId: string }; redirectUri: string }, { state }: FlowSecrets) => {
    const url = address('https://open.weixin.qq.com/connect/qrconnect', {
      appid: settings.appId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'snsapi_login',
      state,
    });
    url.hash = 'wechat_redirect';
    return Promise.resolve(url);
  },
  finish: async (context, _flow, answer) => {
    const { settings, secrets } = context;
    const token = await askJson(
      context,
      address('https://api.weixin.qq.com/sns/oauth2/access_token', {
        appid: settings.appId,
        secret: secrets.appSecret,
        code: codeOf(context, answer),
        grant_type: 'authorization_code',
      }),
    );
    const { access_token, openid } = readProfile(context, weChatToken, successOf(context, token, 'errcode'));
    const claims = successOf(
      context,
      await askJson(context, address('https://api.weixin.qq.com/sns/userinfo', { access_token, openid })),
      'errcode',
    );
    const user = readProfile(context, weChatUser, claims);
    return {
      // One person has another `openid` in each application, and one `unionid` in all of an account's.
      subject: user.unionid ?? openid,
      email: undefined,
      name: user.nickname ?? undefined,
      label: user.nickname ?? openid,
      claims,
    };
  },
});
