/**
 * Writes docs/conversions.md from the goldens of the codecs: `bun scripts/conversions-docs.ts`. A test fails when the page
 * is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const protocolsDir = path.join(root, 'packages/wire/src/protocols');
export const page = path.join(root, 'docs/conversions.md');

type Golden = { readonly losses: readonly string[] };

/** Protocols that have goldens, in alphabetical order. */
const protocols = readdirSync(protocolsDir)
  .filter((name) => existsSync(path.join(protocolsDir, name, 'fixtures')))
  .toSorted();

/** What a golden says was lost, or undefined when there is none for this pair. */
function lossesOf(
  from: string,
  fixture: string,
  what: 'request' | 'response',
  to: string,
): readonly string[] | undefined {
  const file = path.join(protocolsDir, from, 'fixtures', fixture, `${what}.to.${to}.json`);
  if (!existsSync(file)) return undefined;
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Partial<Golden>;
  return golden.losses;
}

function cellOf(losses: readonly string[] | undefined): string {
  if (losses === undefined) return '';
  const dropped = losses.filter((loss) => loss.startsWith('dropped')).length;
  const approximated = losses.length - dropped;
  if (losses.length === 0) return 'preserved';
  return [approximated > 0 ? `${approximated} approximated` : '', dropped > 0 ? `${dropped} lost` : '']
    .filter((part) => part !== '')
    .join(', ');
}

function sectionOf(from: string, to: string): string {
  const fixtures = readdirSync(path.join(protocolsDir, from, 'fixtures')).toSorted();
  const told: string[] = [];
  const rows = fixtures.flatMap((fixture) => {
    const request = lossesOf(from, fixture, 'request', to);
    const response = lossesOf(from, fixture, 'response', to);
    if (request === undefined && response === undefined) return [];
    for (const [what, losses] of [
      ['request', request],
      ['answer', response],
    ] as const)
      for (const loss of losses ?? []) told.push(`- ${fixture}, ${what}: ${loss}`);
    return [`| ${fixture} | ${cellOf(request)} | ${cellOf(response)} |`];
  });
  if (rows.length === 0) return '';
  return [
    `## ${from} to ${to}`,
    '',
    '| case | request | answer |',
    '|---|---|---|',
    ...rows,
    ...(told.length > 0 ? ['', ...told] : []),
    '',
  ].join('\n');
}

/** The page as the goldens have it now. */
export function rendered(): string {
  const sections = protocols.flatMap((from) =>
    protocols.flatMap((to) => (from === to ? [] : [sectionOf(from, to)].filter((section) => section !== ''))),
  );
  return `# Conversions

Made from the goldens in \`packages/wire/src/protocols/*/fixtures\` by \`bun scripts/conversions-docs.ts\`; do not edit.

What is kept when a request (or an answer) of one protocol is written in another. Where both sides speak the same protocol
nothing is converted at all. A lost or approximated field is named at run time too, in \`x-tollgate-conversion-loss\` and in the
request log (a stream's header can tell the request's losses only, the log tells all). A request with
\`x-tollgate-strict: true\`, or any of a key with \`strictConversion\`, is refused instead; what an answer loses refuses nothing.
The cases put much into one request on purpose: a loss below is of that case's rarest field, not of every such request. "To"
is the protocol the request is written in, or the one an answer is turned into. Media by URL that the target takes only as
bytes are lost here; a running gateway fetches them first (\`media.fetch\` in [configuration.md](configuration.md)).

**Tools are made to fit** (\`wire/src/ir/fit-tools.ts\`), in the same way for every pair. A name that the target refuses (its letters, its
length, its first letter) becomes one that it takes, in tools, choice and conversation alike; the client is called by its own.
Ids of calls that the target refuses, or that stand twice in a conversation, become ids of their own, and no call reaches a
client under an id that it has seen. The results of a turn's calls stand directly behind them where the target demands it, whatever
was said in between. Tools of free text (OpenAI's \`custom\`, with a grammar or without) are functions with the one member
\`input\` for whoever knows no others, also where client and upstream both speak Chat or Responses and the model is not OpenAI's;
their calls are read back.

${sections.join('\n')}`;
}

if (import.meta.main) writeFileSync(page, rendered());
