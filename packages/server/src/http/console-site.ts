import { contentSecurityPolicy, inlineHash } from './middleware/security-headers.ts';

export type ConsoleFile = { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string };

/** The built console: path (`/index.html`, `/assets/app-3f2a.js`) to file, however it got into the process. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** Bundlers put a hash of the content into these names, so what is under them never changes. */
const hashed = /^\/assets\/.+[-.][\w-]{8,}\.\w+$/;

/** Best first. */
const packings = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
] as const;

/**
 * Serves the console: its files, and its one page for every other path, which the page itself resolves. Inline scripts
 * and styles of the page are allowed by their hashes, so the policy needs no `unsafe-inline`.
 */
export function createConsoleSite(files: ConsoleFiles | undefined): (request: Request, path: string) => Response {
  const page = files?.get('/index.html');
  const html = page === undefined ? placeholder : new TextDecoder().decode(page.bytes);
  const policy = contentSecurityPolicy({
    scripts: inlineOf(html, 'script'),
    styles: inlineOf(html, 'style'),
  });
  const tag = `"${Bun.hash(html).toString(36)}"`;

  /** The build's own packed twin of a file, if the browser takes it. */
  const packedFor = (request: Request, path: string): (typeof packings)[number] | undefined => {
    const accepted = request.headers.get('accept-encoding') ?? '';
    return packings.find(({ encoding, suffix }) => accepted.includes(encoding) && files?.has(path + suffix));
  };

  return (request, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
    const file = path === '/index.html' ? undefined : files?.get(path);
    if (file !== undefined) {
      const packed = packedFor(request, path);
      return new Response((packed ? files?.get(path + packed.suffix) : file)?.bytes ?? file.bytes, {
        headers: {
          'content-type': file.type,
          'cache-control': hashed.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
          vary: 'accept-encoding',
          ...(packed && { 'content-encoding': packed.encoding }),
        },
      });
    }
    // A missing asset must not be answered with the page: a browser would run HTML as a script and cache it.
    if (path.startsWith('/assets/') || /\.(js|css|map|png|svg|ico|woff2?|txt|json)$/.test(path))
      return new Response('not found', { status: 404, headers: { 'content-type': 'text/plain' } });
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      etag: tag,
    };
    if (request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers });
    return new Response(html, { headers });
  };
}

function inlineOf(html: string, element: 'script' | 'style'): readonly string[] {
  const found = html.matchAll(new RegExp(`<${element}(\\s[^>]*)?>([\\s\\S]*?)</${element}>`, 'gi'));
  return [...found]
    .filter(([, attributes = '']) => !/\ssrc=/.test(attributes))
    .map(([, , text = '']) => inlineHash(text));
}

const placeholder = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tollgate</title><style>body{font:16px/1.5 system-ui,sans-serif;margin:4rem auto;max-width:40rem;padding:0 1rem}</style></head>
<body><main><h1>Tollgate is up</h1>
<p>The console has not been built in this installation. The admin API is described at <a href="/api/docs">/api/docs</a>.</p>
</main></body></html>
`;
