import { numberAt, textAt } from '@tollgate/wire/json/fields';
import type { AccountLogin } from './account-login.ts';

/** The public client of Codex, by which its users sign in to ChatGPT. */
export const codexClientId = 'app_EMoamEEZ73f0CkXaXp7hrann';

/**
 * Signing in as Codex does: `codex login`, and `codex login --device-auth`.
 * https://github.com/openai/codex/blob/main/codex-rs/login/src/server.rs
 * https://github.com/openai/codex/blob/main/codex-rs/login/src/device_code_auth.rs
 */
export const codexLogin: AccountLogin = {
  issuer: 'https://auth.openai.com',
  clientId: codexClientId,
  tokenPath: '/oauth/token',
  browser: {
    path: '/oauth/authorize',
    redirectUri: 'http://localhost:1455/auth/callback',
    params: {
      scope: 'openid profile email offline_access',
      id_token_add_organizations: 'true',
      codex_cli_simplified_flow: 'true',
      originator: 'codex_cli_rs',
    },
  },
  device: {
    codePath: '/api/accounts/deviceauth/usercode',
    pagePath: '/codex/device',
    pollPath: '/api/accounts/deviceauth/token',
    redirectPath: '/deviceauth/callback',
    pending: [403, 404],
    readCode(body) {
      const id = textAt(body, 'device_auth_id');
      const userCode = textAt(body, 'user_code') ?? textAt(body, 'usercode');
      // Written as a text, and by some versions as a number.
      const seconds = numberAt(body, 'interval') ?? Number(textAt(body, 'interval') ?? '');
      if (!id || !userCode) return undefined;
      return { id, userCode, intervalMs: Math.min(60, Math.max(1, seconds || 5)) * 1000 };
    },
    writePoll: ({ id, userCode }) => ({ device_auth_id: id, user_code: userCode }),
    readPoll(body) {
      const code = textAt(body, 'authorization_code');
      const codeVerifier = textAt(body, 'code_verifier');
      return code && codeVerifier ? { authorization: { code, codeVerifier } } : undefined;
    },
  },
  credential: (tokens) => ({ auth: JSON.stringify({ tokens }) }),
};
