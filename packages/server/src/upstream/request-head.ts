import type { UpstreamRequest } from './upstream.ts';

const unfit = /[^\t\x20-\x7e\x80-\xff]/;
const unfitPath = /[^\x21-\x7e]/;
const unfitName = /[^!#$%&'*+\-.^_`|~0-9a-z]/;

/**
 * The request's head as text of one byte a character, or undefined when something in it could break out of its line
 * (header values may carry what an administrator or a client wrote).
 */
export function writeHead(request: UpstreamRequest, hostHeader: string): string | undefined {
  const { headers, body, path } = request;
  if (path.charCodeAt(0) !== 0x2f || unfitPath.test(path)) return undefined;
  let head = `${request.method} ${path} HTTP/1.1\r\n`;
  if (headers['host'] === undefined) head += `host: ${hostHeader}\r\n`;
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (unfit.test(value) || unfitName.test(name) || name === '') return undefined;
    head += `${name}: ${value}\r\n`;
  }
  if (headers['accept-encoding'] === undefined) head += 'accept-encoding: identity\r\n';
  if (body !== undefined) {
    const { byteLength } = body;
    return byteLength === undefined
      ? `${head}transfer-encoding: chunked\r\n\r\n`
      : `${head}content-length: ${byteLength}\r\n\r\n`;
  }
  return request.method === 'POST' ? `${head}content-length: 0\r\n\r\n` : `${head}\r\n`;
}

/** The `host` header of an origin: no port where it is the scheme's own, brackets around IPv6. */
export function hostHeaderOf(origin: { readonly tls: boolean; readonly host: string; readonly port: number }): string {
  const host = origin.host.includes(':') && !origin.host.startsWith('[') ? `[${origin.host}]` : origin.host;
  return origin.port === (origin.tls ? 443 : 80) ? host : `${host}:${origin.port}`;
}
