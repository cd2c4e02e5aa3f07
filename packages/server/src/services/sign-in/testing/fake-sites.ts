import { createHash, createHmac } from 'node:crypto';
import type { Json } from '@tollgate/wire/protocol';

/*
 * Sites that people sign in by, as their documentation has them, each at its own host. They hold a client to its secret, to
 * the redirect that it registered, to the challenge with which the code was begun, and give each code once.
 */

/** Who is signed in at a site, in the site's own fields. */
export type Persona = { readonly [key: string]: Json };

type Grant = { readonly redirectUri: string; readonly challenge: string | undefined; readonly persona: Persona };

export const clientOf = { id: 'client-1', secret: 'a secret of the application' };

type Site = {
  readonly authorize: string;
  /** Answers everything but the page of authorisation. */
  readonly answer: (ask: Request, url: URL, codes: Codes) => Promise<Response>;
};

type Codes = {
  /** Takes a code; undefined when there is none, or it does not go with the redirect and the verifier. */
  readonly take: (code: unknown, proof?: { redirectUri?: unknown; verifier?: unknown }) => Persona | undefined;
  /** A token by which the persona can be asked for. */
  readonly token: (persona: Persona) => string;
  readonly whose: (token: unknown) => Persona | undefined;
};

const no = (status: number, body: Json): Response => Response.json(body, { status });
const bearer = (ask: Request): string => (ask.headers.get('authorization') ?? '').replace(/^Bearer /, '');

/** Id and secret of a client, form-encoded before they are joined (RFC 6749, 2.3.1). */
const basicOf = (ask: Request): string =>
  Buffer.from((ask.headers.get('authorization') ?? '').replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
    .map((part) => new URLSearchParams(`part=${part}`).get('part'))
    .join(':');

/** An OAuth 2 site: form to the token endpoint, bearer to the rest. */
const plain = (
  paths: { readonly authorize: string; readonly token: string; readonly user: string; readonly emails?: string },
  options: { readonly byHeader?: boolean } = {},
): Site => ({
  authorize: paths.authorize,
  async answer(ask, url, codes) {
    const at = url.origin + url.pathname;
    if (at === paths.token) {
      const form = new URLSearchParams(await ask.text());
      const known = options.byHeader
        ? basicOf(ask) === `${clientOf.id}:${clientOf.secret}`
        : form.get('client_id') === clientOf.id && form.get('client_secret') === clientOf.secret;
      if (!known) return no(401, { error: 'invalid_client' });
      const proof = { redirectUri: form.get('redirect_uri'), verifier: form.get('code_verifier') };
      const persona = codes.take(form.get('code'), proof);
      return persona === undefined
        ? no(400, { error: 'invalid_grant' })
        : Response.json({ access_token: codes.token(persona), token_type: 'bearer', scope: '' });
    }
    const persona = codes.whose(bearer(ask));
    if (persona === undefined) return no(401, { message: 'Bad credentials' });
    if (at === paths.user) return Response.json(persona);
    if (at === paths.emails) return Response.json(persona['emails'] ?? []);
    return no(404, { message: 'Not Found' });
  },
});

const jsonSites: Readonly<Record<string, Site>> = {
  feishu: {
    authorize: 'https://accounts.feishu.cn/open-apis/authen/v1/authorize',
    async answer(ask, url, codes) {
      if (url.pathname === '/open-apis/authen/v2/oauth/token') {
        const body = new Map<string, unknown>(Object.entries((await ask.json()) as object));
        const known = body.get('client_id') === clientOf.id && body.get('client_secret') === clientOf.secret;
        const proof = { redirectUri: body.get('redirect_uri'), verifier: body.get('code_verifier') };
        const persona = known ? codes.take(body.get('code'), proof) : undefined;
        return persona === undefined
          ? no(400, { code: 20003, error: 'invalid_grant' })
          : Response.json({ code: 0, access_token: codes.token(persona), token_type: 'Bearer', expires_in: 7200 });
      }
      const persona = codes.whose(bearer(ask));
      return persona === undefined
        ? no(400, { code: 20005, msg: 'invalid token' })
        : Response.json({ code: 0, data: persona });
    },
  },
  dingtalk: {
    authorize: 'https://login.dingtalk.com/oauth2/auth',
    async answer(ask, url, codes) {
      if (url.pathname === '/v1.0/oauth2/userAccessToken') {
        const body = new Map<string, unknown>(Object.entries((await ask.json()) as object));
        const known = body.get('clientId') === clientOf.id && body.get('clientSecret') === clientOf.secret;
        const persona = known ? codes.take(body.get('code')) : undefined;
        return persona === undefined
          ? no(400, { code: 'invalidParameter.authCode.notFound' })
          : Response.json({ accessToken: codes.token(persona), corpId: persona['corpId'] ?? null, expireIn: 7200 });
      }
      const persona = codes.whose(ask.headers.get('x-acs-dingtalk-access-token'));
      return persona === undefined ? no(400, { code: 'InvalidAuthentication' }) : Response.json(persona);
    },
  },
  wecom: {
    authorize: 'https://login.work.weixin.qq.com/wwlogin/sso/login',
    answer(_ask, url, codes) {
      const at = (name: string) => url.searchParams.get(name);
      if (url.pathname === '/cgi-bin/gettoken')
        return Promise.resolve(
          at('corpid') === clientOf.id && at('corpsecret') === clientOf.secret
            ? Response.json({ errcode: 0, errmsg: 'ok', access_token: 'corp-token', expires_in: 7200 })
            : Response.json({ errcode: 40001, errmsg: 'invalid credential' }),
        );
      const persona = at('access_token') === 'corp-token' ? codes.take(at('code')) : undefined;
      return Promise.resolve(
        persona === undefined
          ? Response.json({ errcode: 40029, errmsg: 'invalid code' })
          : Response.json({ errcode: 0, errmsg: 'ok', ...persona }),
      );
    },
  },
  wechat: {
    authorize: 'https://open.weixin.qq.com/connect/qrconnect',
    answer(_ask, url, codes) {
      const at = (name: string) => url.searchParams.get(name);
      if (url.pathname === '/sns/oauth2/access_token') {
        const known = at('appid') === clientOf.id && at('secret') === clientOf.secret;
        const persona = known ? codes.take(at('code')) : undefined;
        return Promise.resolve(
          Response.json(
            persona === undefined
              ? { errcode: 40029, errmsg: 'invalid code' }
              : {
                  access_token: codes.token(persona),
                  openid: persona['openid'] ?? null,
                  unionid: persona['unionid'] ?? null,
                },
          ),
        );
      }
      const persona = codes.whose(at('access_token'));
      return Promise.resolve(Response.json(persona ?? { errcode: 40001, errmsg: 'invalid credential' }));
    },
  },
};

const sites: Readonly<Record<string, Site>> = {
  ...jsonSites,
  github: plain({
    authorize: 'https://github.com/login/oauth/authorize',
    token: 'https://github.com/login/oauth/access_token',
    user: 'https://api.github.com/user',
    emails: 'https://api.github.com/user/emails',
  }),
  discord: plain({
    authorize: 'https://discord.com/oauth2/authorize',
    token: 'https://discord.com/api/oauth2/token',
    user: 'https://discord.com/api/users/@me',
  }),
  linuxdo: plain(
    {
      authorize: 'https://connect.linux.do/oauth2/authorize',
      token: 'https://connect.linux.do/oauth2/token',
      user: 'https://connect.linux.do/api/user',
    },
    { byHeader: true },
  ),
  oauth2: plain({
    authorize: 'https://own.example/authorize',
    token: 'https://own.example/token',
    user: 'https://own.example/me',
  }),
};

const hosts: Readonly<Record<string, string>> = {
  'accounts.feishu.cn': 'feishu',
  'open.feishu.cn': 'feishu',
  'login.dingtalk.com': 'dingtalk',
  'api.dingtalk.com': 'dingtalk',
  'login.work.weixin.qq.com': 'wecom',
  'qyapi.weixin.qq.com': 'wecom',
  'open.weixin.qq.com': 'wechat',
  'api.weixin.qq.com': 'wechat',
  'github.com': 'github',
  'api.github.com': 'github',
  'discord.com': 'discord',
  'connect.linux.do': 'linuxdo',
  'own.example': 'oauth2',
};

/** All of them at once: `visit` is a browser at their page of authorisation, `fetch` is the gateway asking. */
export function fakeSites(otherwise: (url: string, init?: RequestInit) => Promise<Response>) {
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, Persona>();
  let count = 0;
  const codes: Codes = {
    take(code, proof) {
      const grant = typeof code === 'string' ? grants.get(code) : undefined;
      if (grant === undefined) return undefined;
      grants.delete(String(code));
      if (proof?.redirectUri !== undefined && proof.redirectUri !== grant.redirectUri) return undefined;
      const challenge = createHash('sha256')
        .update(typeof proof?.verifier === 'string' ? proof.verifier : '')
        .digest('base64url');
      if (grant.challenge !== undefined && proof !== undefined && challenge !== grant.challenge) return undefined;
      return grant.persona;
    },
    token(persona) {
      const token = `token-${(count += 1)}`;
      tokens.set(token, persona);
      return token;
    },
    whose: (token) => tokens.get(String(token)),
  };
  return {
    /** What the site sends the browser back with, once `persona` has agreed. */
    visit(address: string, persona: Persona): URL {
      const url = new URL(address);
      const site = sites[hosts[url.hostname] ?? ''];
      if (site?.authorize !== url.origin + url.pathname) throw new Error(`nobody is asked at ${address}`);
      const params = url.searchParams;
      const client = params.get('client_id') ?? params.get('appid');
      const redirectUri = params.get('redirect_uri') ?? '';
      if (client !== clientOf.id) throw new Error(`${address} names no client that is known`);
      const code = `code-${(count += 1)}`;
      grants.set(code, { redirectUri, challenge: params.get('code_challenge') ?? undefined, persona });
      const back = new URL(redirectUri);
      back.searchParams.set(url.hostname === 'login.dingtalk.com' ? 'authCode' : 'code', code);
      back.searchParams.set('state', params.get('state') ?? '');
      return back;
    },
    async fetch(url: string, init?: RequestInit): Promise<Response> {
      const site = sites[hosts[new URL(url).hostname] ?? ''];
      return site === undefined
        ? await otherwise(url, init)
        : await site.answer(new Request(url, init), new URL(url), codes);
    },
  };
}

/** What Telegram sends the browser back with: the fields, signed with the bot's token. */
export function telegramAnswer(botToken: string, fields: Readonly<Record<string, string | number>>): string {
  const text = Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join('\n');
  const hash = createHmac('sha256', createHash('sha256').update(botToken).digest()).update(text).digest('hex');
  return Buffer.from(JSON.stringify({ ...fields, hash })).toString('base64url');
}
