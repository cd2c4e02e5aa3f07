import { createHash, createHmac } from 'node:crypto';

/** A bucket that holds its clients to the signatures of AWS. */
export type FakeS3 = {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What lies in the bucket, by `bucket/key`. */
  readonly objects: Map<string, { readonly bytes: Uint8Array; readonly type: string }>;
  /** How many parts have been sent of files that were sent in several. */
  parts: number;
  close(): void;
};

const accessKeyId = 'AKIDTEST';
const secretAccessKey = 'canary-of-the-store';

const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.codePointAt(0)?.toString(16).toUpperCase()}`);

/** Whether a request is signed as AWS has it: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned(request: Request): boolean {
  const url = new URL(request.url);
  const query = new Map(url.searchParams);
  const header = request.headers.get('authorization') ?? '';
  const presigned = query.get('X-Amz-Signature');
  const part = (name: string): string => new RegExp(`${name}=([^, ]+)`).exec(header)?.[1] ?? '';
  const credential = presigned ? (query.get('X-Amz-Credential') ?? '') : part('Credential');
  const signedHeaders = presigned ? (query.get('X-Amz-SignedHeaders') ?? '') : part('SignedHeaders');
  const date = presigned ? (query.get('X-Amz-Date') ?? '') : (request.headers.get('x-amz-date') ?? '');
  const [key, ...scope] = credential.split('/');
  const [day = '', region = '', service = ''] = scope;
  if (key !== accessKeyId || service !== 's3') return false;
  query.delete('X-Amz-Signature');
  const canonical = [
    request.method,
    url.pathname,
    [...query]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .toSorted()
      .join('&'),
    ...signedHeaders.split(';').map((name) => `${name}:${request.headers.get(name)?.trim()}`),
    '',
    signedHeaders,
    presigned ? 'UNSIGNED-PAYLOAD' : (request.headers.get('x-amz-content-sha256') ?? ''),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), createHash('sha256').update(canonical).digest('hex')];
  const signing = [day, region, service, 'aws4_request'].reduce<string | Uint8Array>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(signing, toSign.join('\n')).toString('hex');
  return signature === (presigned ?? part('Signature'));
}

const xml = (body: string, status = 200): Response =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>${body}`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });

function objectAnswer(request: Request, found: { readonly bytes: Uint8Array; readonly type: string }): Response {
  const headers = { 'content-type': found.type, etag: '"etag"', 'accept-ranges': 'bytes' };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '') ?? [];
  const { length } = found.bytes;
  if (from === undefined || request.method === 'HEAD')
    return new Response(request.method === 'HEAD' ? null : new Blob([Uint8Array.from(found.bytes)]), {
      headers: { ...headers, 'content-length': `${length}` },
    });
  const end = to ? Math.min(Number(to), length - 1) : length - 1;
  return new Response(new Blob([found.bytes.slice(Number(from), end + 1)]), {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${end}/${length}` },
  });
}

/** A store on this machine. */
export function openFakeS3(): FakeS3 {
  const objects: FakeS3['objects'] = new Map();
  const uploads = new Map<string, { readonly type: string; readonly parts: Map<number, Uint8Array> }>();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: 1 << 30,
    async fetch(request) {
      const { pathname, searchParams: query } = new URL(request.url);
      if (!isSigned(request)) return xml('<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>', 403);
      const name = decodeURIComponent(pathname.slice(1));
      const bytes = await request.bytes();
      const type = request.headers.get('content-type') ?? '';
      const upload = uploads.get(query.get('uploadId') ?? '');
      if (request.method === 'POST' && query.has('uploads')) {
        const id = `upload-${uploads.size}`;
        uploads.set(id, { type, parts: new Map() });
        return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
      }
      if (request.method === 'PUT' && upload) {
        fake.parts += 1;
        upload.parts.set(Number(query.get('partNumber')), bytes);
        return new Response(null, { headers: { etag: `"${query.get('partNumber')}"` } });
      }
      if (request.method === 'POST' && upload) {
        const parts = [...upload.parts].toSorted(([one], [other]) => one - other).map(([, part]) => part);
        objects.set(name, { bytes: new Uint8Array(Buffer.concat(parts)), type: upload.type });
        return xml('<CompleteMultipartUploadResult><ETag>"all"</ETag></CompleteMultipartUploadResult>');
      }
      if (request.method === 'PUT') {
        objects.set(name, { bytes, type });
        return new Response(null, { headers: { etag: '"one"' } });
      }
      if (request.method === 'DELETE') {
        objects.delete(name);
        return new Response(null, { status: 204 });
      }
      const found = objects.get(name);
      if (!found) return xml('<Error><Code>NoSuchKey</Code><Message>no</Message></Error>', 404);
      return objectAnswer(request, found);
    },
  });
  const fake: FakeS3 = {
    endpoint: `http://127.0.0.1:${server.port}`,
    accessKeyId,
    secretAccessKey,
    objects,
    parts: 0,
    close: () => void server.stop(true),
  };
  return fake;
}
