import { firstPageAddress } from '@tollgate/contract/settings/site';

/** Where the operator's own first page is served from, for the frame that the console shows it in. */
export const firstPagePath = '/first-page.html';

/**
 * It is nobody's origin (`sandbox` without `allow-same-origin`), runs no scripts and sends no forms; links lead the whole window
 * away, or open another. Only the console may frame it. So whoever may write it reaches no session with it.
 */
const policy = [
  'sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation',
  "default-src 'none'",
  "style-src 'unsafe-inline' https:",
  'img-src https: data:',
  'font-src https: data:',
  'media-src https: data:',
  "frame-ancestors 'self'",
].join('; ');

/** Around what is no whole document: the looks of the console, in its theme. */
const wrapped = (body: string): string => `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><base target="_top">
<style>body{font:16px/1.6 system-ui,sans-serif;box-sizing:border-box;max-width:72rem;margin:0 auto;padding:1.5rem 1rem}
@media(min-width:640px){body{padding:1.5rem 2rem}}img{max-width:100%}</style></head>
<body>${body}</body></html>`;

/** The operator's own first page; undefined where it is at an address, or where there is none. */
export function answerFirstPage(firstPage: string): Response | undefined {
  if (firstPage.trim() === '' || firstPageAddress(firstPage) !== undefined) return undefined;
  const whole = /^\s*(<!doctype|<html)/i.test(firstPage);
  return new Response(whole ? firstPage : wrapped(firstPage), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'no-cache',
    },
  });
}

/** Origins that the console must let into a frame for it. */
export function firstPageFrames(firstPage: string): readonly string[] {
  const address = firstPageAddress(firstPage);
  if (address !== undefined) return [new URL(address).origin];
  return firstPage.trim() === '' ? [] : ["'self'"];
}
