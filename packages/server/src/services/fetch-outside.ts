/**
 * Fetches an address that an administrator chose, with GET, under the guard for such: public addresses only, each checked and pinned
 * (`egress/`). A failure is told in words for who gave the address.
 */
export type FetchOutside = (
  url: string,
  limits: { readonly maxBytes: number; readonly timeoutMs: number },
) => Promise<{ readonly bytes: Uint8Array } | { readonly problem: string }>;
