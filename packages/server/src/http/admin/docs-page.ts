import { z } from 'zod';
import type { Operation } from './operation.ts';

/** A page that people read, made of the same operations: no script, nothing from elsewhere. */
export function docsPage(operations: readonly Operation[]): string {
  const sections = new Map<string, Operation[]>();
  for (const operation of operations) {
    const tag = operation.name.slice(0, operation.name.indexOf('.'));
    sections.set(tag, [...(sections.get(tag) ?? []), operation]);
  }
  const parts = [...sections].map(
    ([tag, group]) => `<section><h2 id="${escape(tag)}">${escape(tag)}</h2>${group.map(describe).join('')}</section>`,
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

function describe(operation: Operation): string {
  const blocks = [
    schemaBlock('Query', operation.query, 'input'),
    schemaBlock('Body', operation.body, 'input'),
    schemaBlock('Answer', operation.answer, 'output'),
  ];
  return `<article id="${escape(operation.name)}"><h3><code><span class="method">${operation.method}</span> /api/v1${escape(operation.path)}</code></h3>
<p>${escape(operation.summary)} <span class="who">(${who[operation.access]})</span></p>${blocks.join('')}</article>`;
}

const who: Record<Operation['access'], string> = {
  public: 'anybody',
  self: 'whoever is signed in, on what is theirs',
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
