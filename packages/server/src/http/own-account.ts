import { sessionOperations } from '@tollgate/contract/operations/sessions';
import { Refusal } from '../domain/refusal.ts';
import { accountInQuota } from '../services/activity/account-in-quota.ts';
import type { AccountDeps } from '../services/accounts/account-deps.ts';
import { admitCaller } from './middleware/admit.ts';
import type { RequestInfo } from './middleware/request-info.ts';

/** Where clients of New API ask for the balance and usage of an account, by a personal access token. */
export const ownAccountPath = '/api/user/self';

/** Answers as New API does: what is wrong is said in the body, beside `success: false`. */
export async function answerOwnAccount(deps: AccountDeps, request: Request, info: RequestInfo): Promise<Response> {
  try {
    if (request.method !== 'GET') throw new Refusal('unknown_path', 'An account is only read here.');
    const client = { headers: request.headers, address: info.clientIp, secure: info.secure };
    const { permission } = sessionOperations['me.read'];
    const { caller } = await admitCaller(deps, { request, host: info.host }, client, permission, { renew: false });
    return Response.json({ success: true, message: '', data: await accountInQuota(deps, caller.user) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return Response.json({ success: false, message: error.message }, { status: error.status });
  }
}
