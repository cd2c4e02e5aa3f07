import { fetchWhole } from '../upstream/fetch-whole.ts';
import { originOf } from '../upstream/origin.ts';
import type { InquiryDeps } from './ask-account.ts';
import { withoutEnd } from '../domain/without-end.ts';

/** How the address that users are told answered; `elsewhere` is an answer that is not of a Tollgate. */
export type PublicUrlCheck = 'reached' | 'elsewhere' | 'unreachable';

/**
 * Asks the gateway by the address under which users reach it, as they would. Root alone sets that address, so it may lie
 * in a private network. A network that does not let its own machines in by their outer address says `unreachable`, too.
 */
export async function askPublicUrl(
  { upstream }: Pick<InquiryDeps, 'upstream'>,
  publicUrl: string,
): Promise<PublicUrlCheck> {
  const url = new URL(`${withoutEnd(publicUrl, '/')}/api/v1/site`);
  try {
    const { status, body } = await fetchWhole(
      upstream,
      {
        origin: originOf(url, undefined),
        method: 'GET',
        path: `${url.pathname}${url.search}`,
        headers: { accept: 'application/json' },
        body: undefined,
        connectTimeoutMs: 3000,
      },
      { timeoutMs: 5000, maxBytes: 1 << 16 },
    );
    return status === 200 && new TextDecoder().decode(body).includes('"setupNeeded"') ? 'reached' : 'elsewhere';
  } catch {
    return 'unreachable';
  }
}
