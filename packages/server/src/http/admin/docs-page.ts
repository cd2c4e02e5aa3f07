import type { Declaration, Declarations } from '@tollgate/contract/operations/declare';
import { leastRole, type Role } from '@tollgate/contract/permissions';
import { z } from 'zod';

/** A page that people read, made of the same operations: no script, nothing from elsewhere. */
export function docsPage(declarations: Declarations): string {
  const sections = new Map<string, string[]>();
  for (const [name, declared] of Object.entries<Declaration>(declarations)) {
    const tag = name.slice(0, name.indexOf('.'));
    sections.set(tag, [...(sections.get(tag) ?? []), describe(name, declared)]);
  }
  const parts = [...sections].map(
    ([tag, articles]) => `<section><h2 id="${escape(tag)}">${escape(tag)}</h2>${articles.join('')}</section>`,
  );
  const links = [...sections.keys()].map((tag) => `<a href="#${escape(tag)}">${escape(tag)}</a>`).join(' ');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tollgate admin API</title><style>${docsStyle}</style></head>
<body><main>
<h1>Tollgate admin API</h1>
<p>Machine-readable: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1). Scripts send
<code>Authorization: Bearer tgp_…</code>; the console uses its session cookie. Errors are
<code>{"error":{"code","message","requestId","param"}}</code>. <code>…Nanos</code> are nano-dollars,
<code>…Usd</code> dollars, both as decimal strings; moments are milliseconds since the epoch.</p>
<nav aria-label="Resources">${links}</nav>
${parts.join('\n')}
</main></body></html>
`;
}

export const docsStyle = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:1rem 0}
article{border-top:1px solid #8886;padding:.75rem 0}
h3{font-size:1rem;margin:0}
code,pre{font:14px/1.45 ui-monospace,monospace}
pre{overflow:auto;background:#8881;padding:.75rem;border-radius:.4rem}
.method{text-transform:uppercase;font-weight:700}
.who{opacity:.8;font-size:.875rem}
`;

function describe(name: string, declared: Declaration): string {
  const { method, path, summary, permission, kind } = declared;
  const blocks = [
    schemaBlock('Query', declared.query, 'input'),
    schemaBlock('Body', declared.body, 'input'),
    kind === undefined || kind === 'json' ? schemaBlock('Answer', declared.answer, 'output') : '',
    kind === 'events' ? schemaBlock('Each event', declared.event, 'output') : '',
    kind === 'file' ? `<p>A file: ${escape(declared.contentTypes.join(', '))}.</p>` : '',
    kind === 'relayed' ? `<p>Body and answer are those of <code>${escape(declared.to)}</code>.</p>` : '',
    kind === 'redirect' ? '<p>Sends the browser elsewhere.</p>' : '',
  ];
  const who =
    permission === 'public' ? 'anybody' : `${audience[leastRole(permission)]}; <code>${escape(permission)}</code>`;
  return `<article id="${escape(name)}"><h3><code><span class="method">${method}</span> /api/v1${escape(path)}</code></h3>
<p>${escape(summary)} <span class="who">(${who})</span></p>${blocks.join('')}</article>`;
}

const audience: Record<Role, string> = {
  user: 'whoever is signed in, on what is theirs',
  admin: 'administrators',
  root: 'root',
};

function schemaBlock(title: string, schema: z.ZodType | undefined, io: 'input' | 'output'): string {
  if (schema === undefined) return '';
  const { $schema: _schema, ...shown } = z.toJSONSchema(schema, { io });
  const json = JSON.stringify(shown, undefined, 2);
  return `<details><summary>${title}</summary><pre tabindex="0">${escape(json)}</pre></details>`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
