/**
 * Writes the table of docs/providers.md from the descriptors: `bun packages/server/scripts/providers-docs.ts`. A test fails
 * when it is stale.
 */
import { operations } from '@tollgate/wire/protocol';
import { fieldsOf } from '../src/providers/auth.ts';
import type { AnyProvider, Dialect } from '../src/providers/define.ts';
import { providers } from '../src/providers/index.ts';
import { docs, type Page, table, writePages } from './generated-parts.ts';

const code = (text: string): string => `\`${text}\``;

const placeOf = (when: Readonly<Record<string, string>>): string => Object.values(when).map(code).join(', ');

function whereOf({ baseUrl, elsewhere = [] }: AnyProvider): string {
  if (baseUrl === undefined) return 'a channel’s `baseUrl`';
  return [code(baseUrl), ...elsewhere.map((other) => `${placeOf(other.when)}: ${code(other.baseUrl)}`)].join('<br>');
}

function credentialOf({ auth, credential, keyPrefixes = [] }: AnyProvider): string {
  const ways = auth.map((way) => fieldsOf(way).map(code).join(' and ')).join(', or ');
  const optional = credential.safeParse({}).success ? ', or none' : '';
  const prefixes = keyPrefixes.length > 0 ? ` (${keyPrefixes.map((prefix) => code(`${prefix}…`)).join(', ')})` : '';
  return `${ways}${prefixes}${optional}`;
}

const spoken = ({ protocol, paths }: Dialect): string =>
  `${code(protocol)}: ${operations.filter((operation) => paths[operation] !== undefined).join(', ')}`;

function providersTable(): string {
  const rows = providers.map((provider) => [
    code(provider.id),
    `[${provider.label}](${provider.docs})`,
    whereOf(provider),
    credentialOf(provider),
    provider.dialects.map(spoken).join('<br>'),
    Object.keys(provider.settings.shape).map(code).join(', '),
    [provider.listing && 'models', provider.balance && 'balance'].filter(Boolean).join(', '),
  ]);
  return table(['id', 'vendor', 'where', 'credential', 'speaks', 'settings', 'tells'], rows);
}

export const pages: readonly Page[] = [{ at: docs('providers.md'), parts: { providers: providersTable } }];

if (import.meta.main) writePages(pages);
