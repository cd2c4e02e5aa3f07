/**
 * What accounts at OpenAI and Anthropic keep (conversations, containers, vector stores, skills, agents, vaults, files …), remembered as
 * theirs are: what was not made there is not found there, and what was deleted is gone. OpenAI's is at `/openai/v1`, Anthropic's at
 * `/anthropic/v1`.
 */
export type Keeper = {
  /** Origin, without a slash at its end. */
  readonly url: string;
  /** What was asked, as `POST /openai/v1/skills`, the latest last. */
  readonly asked: readonly string[];
  /** How much is kept there still. */
  kept(): number;
  stop(): Promise<void>;
};

type Thing = { readonly id: string; readonly [field: string]: unknown };
type Vendor = 'openai' | 'anthropic';

/** How ids of what lies in a collection begin, and what its things call themselves. */
const kinds: Readonly<Record<string, { readonly prefix: string; readonly name: string }>> = {
  files: { prefix: 'file-', name: 'file' },
  conversations: { prefix: 'conv_', name: 'conversation' },
  items: { prefix: 'msg_', name: 'message' },
  containers: { prefix: 'cntr_', name: 'container' },
  vector_stores: { prefix: 'vs_', name: 'vector_store' },
  file_batches: { prefix: 'vsfb_', name: 'vector_store.file_batch' },
  skills: { prefix: 'skill_', name: 'skill' },
  versions: { prefix: 'skillver_', name: 'skill.version' },
  environments: { prefix: 'env_', name: 'environment' },
  agents: { prefix: 'agent_', name: 'agent' },
  vaults: { prefix: 'vault_', name: 'vault' },
  credentials: { prefix: 'cred_', name: 'credential' },
  characters: { prefix: 'char_', name: 'character' },
  uploads: { prefix: 'upload_', name: 'upload' },
  parts: { prefix: 'part_', name: 'upload.part' },
};

const failure = (vendor: Vendor, status: number, message: string): Response =>
  vendor === 'openai'
    ? Response.json({ error: { message, type: 'invalid_request_error', code: null, param: null } }, { status })
    : Response.json(
        { type: 'error', error: { type: status === 404 ? 'not_found_error' : 'invalid_request_error', message } },
        { status },
      );

/** Fields of a body; of a file in a form, its name. */
async function fieldsOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers.get('content-type') ?? '';
  if (type.startsWith('multipart/')) {
    const form = [...(await request.formData()).entries()];
    return Object.fromEntries(form.map(([key, value]) => [key, typeof value === 'string' ? value : value.name]));
  }
  const text = await request.text();
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

/** The header by which a vendor opens what is in beta. */
function lacksBeta(vendor: Vendor, collection: string, headers: Headers): boolean {
  if (!['agents', 'vaults', 'environments'].includes(collection)) return false;
  return vendor === 'openai'
    ? headers.get('openai-beta') !== 'agents=v1'
    : headers.get('anthropic-beta')?.includes('managed-agents-2026-04-01') !== true;
}

/** Starts one on a free port. */
export function startKeeper(): Keeper {
  const things = new Map<string, Thing>();
  const asked: string[] = [];
  let count = 0;

  const make = (vendor: Vendor, at: string, fields: Readonly<Record<string, unknown>>): Thing => {
    const collection = at.slice(at.lastIndexOf('/') + 1);
    const { prefix, name } = kinds[collection] ?? { prefix: 'x_', name: collection };
    const id = `${prefix}${vendor === 'openai' ? 'o' : 'a'}${++count}`;
    const told = { ...fields, id, ...(vendor === 'openai' ? { object: name } : { type: name }), created_at: 1 };
    things.set(`${at}/${id}`, told);
    return told;
  };
  const list = (vendor: Vendor, at: string): Response => {
    const data = [...things].flatMap(([path, one]) =>
      path.startsWith(`${at}/`) && !path.slice(at.length + 1).includes('/') ? [one] : [],
    );
    return Response.json(
      vendor === 'openai'
        ? { object: 'list', data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
        : { data, has_more: false, next_page: null },
    );
  };

  /** What is asked of one thing, or of what lies below it, by words that are no collections. */
  const act = (vendor: Vendor, at: string, word: string, fields: Readonly<Record<string, unknown>>): Response => {
    const found = things.get(at);
    if (!found) return failure(vendor, 404, `nothing at ${at}`);
    if (word === 'content') return new Response(`what is in ${found.id}`);
    if (word === 'search') {
      const hit = { file_id: 'file-1', filename: 'a.txt', score: 0.9, content: [{ type: 'text', text: 'x' }] };
      return Response.json({ object: 'vector_store.search_results.page', data: [hit], has_more: false });
    }
    const status = word === 'cancel' ? 'cancelled' : word === 'complete' ? 'completed' : 'archived';
    const file =
      word === 'complete' ? make(vendor, '/openai/v1/files', { ...found, filename: 'whole.bin' }) : undefined;
    const told = {
      ...found,
      ...fields,
      status,
      ...(status === 'archived' && { archived_at: 'now' }),
      ...(file && { file }),
    };
    things.set(at, told);
    return Response.json(told);
  };

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const { method, headers } = request;
      asked.push(`${method} ${pathname}`);
      const vendor: Vendor = pathname.startsWith('/openai/') ? 'openai' : 'anthropic';
      const fields = await fieldsOf(request);
      const isKnown =
        vendor === 'openai'
          ? headers.get('authorization') === 'Bearer sk-upstream'
          : headers.get('x-api-key') === 'sk-upstream' && headers.has('anthropic-version');
      if (!isKnown) return failure(vendor, 401, 'who are you?');
      const segments = pathname.split('/').slice(3);
      if (lacksBeta(vendor, segments[0] ?? '', headers)) return failure(vendor, 400, 'a header of the beta is missing');
      const last = segments.at(-1) ?? '';
      const isCollection = last in kinds;
      if (fields['name'] === 'bad') return failure(vendor, 400, 'a bad name');
      const parent = pathname.slice(0, pathname.lastIndexOf('/'));
      if (isCollection) {
        const isBelow =
          segments.length > (pathname.includes('/agents/environments') || pathname.includes('/videos/') ? 2 : 1);
        if (isBelow && !things.has(parent)) return failure(vendor, 404, `nothing at ${parent}`);
        if (method === 'GET') return list(vendor, pathname);
        const items = last === 'items' && Array.isArray(fields['items']) ? (fields['items'] as Thing[]) : undefined;
        if (!items) return Response.json(make(vendor, pathname, { status: 'completed', ...fields }));
        for (const item of items) make(vendor, pathname, { ...item, type: 'message' });
        return list(vendor, pathname);
      }
      const found = things.get(pathname);
      if (!found) return act(vendor, parent, last, fields);
      if (method === 'GET') return Response.json(found);
      if (method === 'POST') {
        things.set(pathname, { ...found, ...fields });
        return Response.json({ ...found, ...fields });
      }
      for (const path of things.keys()) if (path === pathname || path.startsWith(`${pathname}/`)) things.delete(path);
      return Response.json({ id: found.id, deleted: true, object: `${String(found['object'])}.deleted` });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    kept: () => things.size,
    stop: () => server.stop(true),
  };
}
