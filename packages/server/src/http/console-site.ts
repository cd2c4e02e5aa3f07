import { randomBytes } from 'node:crypto';
import type { ConsoleFile, ConsoleFiles } from './built-console.ts';
import { contentSecurityPolicy } from './middleware/security-headers.ts';

/** Bundlers put a hash of the content into these names, so what is under them never changes. */
const hashed = /^\/assets\/[\w.-]{1,200}$/;
const hash = /[-.][\w-]{8,40}\.\w{1,10}$/;

/** Best first. */
const packings = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
] as const;

/** What the build leaves in the page for the server to say, with each answer (packages/console/vite.config.ts). */
const marks = { nonce: '{{nonce}}', base: '<!--base-->' } as const;

/** The icon of the built page, of which the operator may have another. */
const icon = /<link rel="icon"[^>]{0,200}>/;

/**
 * Serves the console: its files, and its one page for every other path, which the page itself resolves. Each answer has a
 * nonce of its own, which the page's scripts and styles carry, so that the policy needs no `unsafe-inline`; and says where
 * the console's root is from the page's own address, so that deep paths work below any prefix that a proxy takes off.
 *
 * @param guests origins whose scripts the page lets in
 * @param frames origins that it may show in a frame, no more
 * @param favicon path of the image that replaces our icon; empty for ours
 */
export function createConsoleSite(
  current: () => ConsoleFiles | undefined,
  favicon: () => string = () => '',
  guests: () => readonly string[] = () => [],
  frames: () => readonly string[] = () => [],
): (request: Request, path: string) => Response {
  let page: ConsoleFile | undefined;
  let html = placeholder;
  /** The text of the page, read anew when it is another one. */
  const textOf = (now: ConsoleFile | undefined): string => {
    if (now === page) return html;
    page = now;
    html = now === undefined ? placeholder : new TextDecoder().decode(now.bytes);
    return html;
  };

  /** The build's own packed twin of a file, if the browser takes it. */
  const packedFor = (
    files: ConsoleFiles | undefined,
    request: Request,
    path: string,
  ): (typeof packings)[number] | undefined => {
    const accepted = request.headers.get('accept-encoding') ?? '';
    return packings.find(({ encoding, suffix }) => accepted.includes(encoding) && files?.has(path + suffix));
  };

  return (request, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
    const files = current();
    const file = path === '/index.html' ? undefined : files?.get(path);
    if (file !== undefined) {
      const packed = packedFor(files, request, path);
      return new Response((packed ? files?.get(path + packed.suffix) : file)?.bytes ?? file.bytes, {
        headers: {
          'content-type': file.type,
          'cache-control':
            hashed.test(path) && hash.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
          vary: 'accept-encoding',
          ...(packed && { 'content-encoding': packed.encoding }),
        },
      });
    }
    // A missing asset must not be answered with the page: a browser would run HTML as a script and cache it.
    if (path.startsWith('/assets/') || /\.(js|css|map|png|svg|ico|woff2?|txt|json)$/.test(path))
      return new Response('not found', { status: 404, headers: { 'content-type': 'text/plain' } });
    const nonce = randomBytes(16).toString('base64url');
    const own = favicon();
    const built = textOf(files?.get('/index.html'));
    const text = (own === '' ? built : built.replace(icon, `<link rel="icon" href="./${own}" />`)).replace(
      marks.base,
      `<base href="${rootFrom(path)}" />`,
    );
    return new Response(text.replaceAll(marks.nonce, nonce), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy({ nonce, guests: guests(), frames: frames() }),
        // No etag: a page kept by the browser would carry a nonce that the policy of a 304 does not know.
        'cache-control': 'no-cache',
      },
    });
  };
}

/** The console's root as seen from a path below it: `./` from `/keys`, `../` from `/keys/key_1`. */
const rootFrom = (path: string): string => '../'.repeat(path.split('/').length - 2) || './';

const placeholder = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tollgate</title><style nonce="{{nonce}}">body{font:16px/1.5 system-ui,sans-serif;margin:4rem auto;max-width:40rem;padding:0 1rem}</style></head>
<body><main><h1>Tollgate is up</h1>
<p>The console has not been built in this installation. The admin API is described at <a href="/api/docs">/api/docs</a>.</p>
</main></body></html>
`;
