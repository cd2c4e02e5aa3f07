import type {
  Declaration,
  FileDeclaration,
  JsonDeclaration,
  RedirectDeclaration,
} from '@tollgate/contract/operations/declare';
import { z } from 'zod';
import { invalidInput } from '../middleware/problem.ts';

/** The status of an operation that did what it was asked. */
export function statusOf(declared: Declaration): number {
  if (declared.kind === 'redirect') return declared.status ?? 302;
  if (declared.kind === 'file' || declared.kind === 'events' || declared.kind === 'relayed') return 200;
  return declared.answer === undefined ? 204 : (declared.status ?? 200);
}

const headers = { 'cache-control': 'no-store' };

/**
 * What a schema lets out of a value. Parsed once more on its way out: a field that the contract does not name is an
 * error, not a leak.
 */
export function shownBy(schema: z.ZodType, value: unknown, name: string): unknown {
  const shown = schema.safeParse(value);
  if (!shown.success)
    throw new Error(`the answer of ${name} breaks its contract at ${invalidInput(shown.error).message}`);
  return shown.data;
}

export function jsonAnswer(name: string, declared: JsonDeclaration, result: unknown): Response {
  const status = statusOf(declared);
  if (declared.answer === undefined) return new Response(null, { status, headers });
  return Response.json(shownBy(declared.answer, result, name), { status, headers });
}

const fileSchema = z.object({
  contentType: z.string(),
  name: z.string().min(1),
  bytes: z.union([z.instanceof(Uint8Array<ArrayBuffer>), z.instanceof(ReadableStream<Uint8Array<ArrayBuffer>>)]),
});

/** A file to save; its bytes pass as they come. */
export function fileAnswer(name: string, declared: FileDeclaration, result: unknown): Response {
  const { contentType, name: fileName, bytes } = fileSchema.parse(result);
  if (!declared.contentTypes.includes(contentType)) throw new Error(`${name} does not declare the type ${contentType}`);
  return new Response(bytes, {
    status: statusOf(declared),
    headers: { ...headers, 'content-type': contentType, 'content-disposition': attachment(fileName) },
  });
}

/** `Content-Disposition` of a name in any script (RFC 6266): once in plain ASCII for old clients, once in full. */
function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\/%]/g, '_');
  const full = encodeURIComponent(fileName.replaceAll(/[\\/]/g, '_')).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

/** Sends the browser on: to a path of this site, or to a page on the web. Anything else is a bug. */
export function redirectAnswer(name: string, declared: RedirectDeclaration, result: unknown): Response {
  const location = z.string().parse(result);
  const ownPath = /^\/(?![/\\])[\x21-\x7e]*$/.test(location);
  const page = URL.canParse(location) && ['http:', 'https:'].includes(new URL(location).protocol);
  if (!ownPath && !page) throw new Error(`${name} redirects to what is no address`);
  return new Response(null, { status: statusOf(declared), headers: { ...headers, location } });
}
