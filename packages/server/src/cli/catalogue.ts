import type { PriceSheet } from '@tollgate/contract/price';
import { conditionText, readCondition, type ConditionSheet } from '@tollgate/contract/price-condition';
import { readCatalogue } from '../services/catalogue/read-catalogue.ts';
import { applyCatalogue, compareCatalogue, type CatalogueDifference } from '../services/catalogue/refresh.ts';
import { CommandError, tell, type Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

const maxBytes = 64 << 20;
const timeoutMs = 30_000;

/** `tollgate catalogue refresh`: other prices than ours, and how to take them. */
export const catalogueRefresh: Verb = {
  name: 'catalogue refresh',
  summary: 'Compare the prices of models with a catalogue, and take those that are chosen.',
  positionals: ['FILE|URL'],
  options: {
    apply: { value: 'NAMES', doc: 'Take the prices of these models (comma-separated), whoever set ours.' },
    'apply-changed': {
      doc: 'Take all that differ and that no administrator set, and those of models without a price.',
    },
    'apply-new': { doc: 'Add the models that are not known here.' },
    vendor: {
      value: 'ID',
      doc: 'Take this vendor’s prices (its id in the catalogue) where several list a model; else its maker’s.',
    },
    json: { doc: 'Print the differences as JSON.' },
  },
  details:
    'Reads models.dev’s API (https://models.dev/api.json), lists of models as OpenRouter and Tollgate give them, the\n' +
    'shape of packages/server/src/data/prices.json, and one JSON object a line. Without an option to apply it changes\n' +
    'nothing. A price that is taken is a new version with source and date; models of a config file are never touched.',
  run: (invocation) =>
    withFoundation(invocation, async ({ configuration }) => {
      const [source = ''] = invocation.positionals;
      const today = new Date(configuration.now()).toISOString().slice(0, 10);
      const catalogue = readCatalogue(await textOf(source), nameOf(source), today, invocation.values['vendor']);
      if (!catalogue) throw new CommandError(`${source} is no catalogue of models`);
      const differences = await compareCatalogue(configuration, catalogue);
      const named = invocation.values['apply']?.split(',').map((name) => name.trim()) ?? [];
      const unknown = named.filter((name) => !Object.hasOwn(catalogue.models, name));
      if (unknown.length > 0) throw new CommandError(`the catalogue has no ${unknown.join(', ')}; nothing was changed`);
      const { switches } = invocation;
      const wanted = new Set<CatalogueDifference['state']>([
        ...(switches.has('apply-changed') ? (['changed', 'unpriced'] as const) : []),
        ...(switches.has('apply-new') ? (['new'] as const) : []),
      ]);
      const chosen = differences.filter(({ state, name }) => wanted.has(state) || named.includes(name));
      const changed = await applyCatalogue(
        configuration,
        'cli',
        catalogue,
        chosen.map(({ name }) => name),
      );
      const { asOf, skipped } = catalogue;
      const result = { source: catalogue.source, asOf, skipped, differences, changed };
      tell(invocation, result, describe(result));
      return 0;
    }),
};

/** What the versions of a price name as their origin: never a whole URL, which may hold a password. */
const nameOf = (source: string): string => URL.parse(source)?.hostname || (source.split('/').at(-1) ?? source);

async function textOf(source: string): Promise<string> {
  const isUrl = /^https?:\/\//.test(source);
  try {
    if (!isUrl) return await Bun.file(source).text();
    const answer = await fetch(source, { signal: AbortSignal.timeout(timeoutMs) });
    if (!answer.ok) throw new CommandError(`${source} answered ${answer.status}`);
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new CommandError(`${source} is larger than ${maxBytes} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${source} cannot be read`);
  }
}

const signs: Readonly<Record<CatalogueDifference['state'], string>> = {
  new: '+',
  unpriced: '+',
  changed: '~',
  own: '!',
};

type Result = {
  readonly source: string;
  readonly asOf: string;
  readonly skipped: number;
  readonly differences: readonly CatalogueDifference[];
  readonly changed: number;
};

/** What differs for a terminal: a line a model, a line a rate, and a sum. New models are only counted. */
function describe({ source, asOf, skipped, differences, changed }: Result): string {
  const count = (state: CatalogueDifference['state']): number =>
    differences.filter((one) => one.state === state).length;
  const lines = differences
    .filter(({ state }) => state !== 'new')
    .flatMap(({ name, state, ours, theirs }) => [`${signs[state]} ${name}`, ...ratesThatDiffer(ours ?? {}, theirs)]);
  const parts = [
    `${count('changed')} differ`,
    `${count('own')} differ from what an administrator set (!)`,
    `${count('unpriced')} have no price here`,
    `${count('new')} are not known here`,
    ...(skipped > 0 ? [`${skipped} could not be read`] : []),
  ];
  return [...lines, `${source}, ${asOf}: ${parts.join(', ')}. ${changed} taken.`].join('\n');
}

/** Each rate of a price under its field and the condition under which it holds, however the price is written. */
function ratesOf({ rates, tiers = [], ...flat }: PriceSheet): ReadonlyMap<string, unknown> {
  const entries = rates ?? [...tiers.map(({ above, ...named }) => ({ when: { inputAbove: above }, ...named })), flat];
  return new Map(
    entries.flatMap(({ when, ...named }: PriceSheet & { readonly when?: ConditionSheet | undefined }) =>
      Object.entries(named).map(([field, value]): [string, unknown] => [
        when === undefined ? field : `${field} (${conditionText(readCondition(when))})`,
        value,
      ]),
    ),
  );
}

function ratesThatDiffer(ours: PriceSheet, theirs: PriceSheet): readonly string[] {
  const before = ratesOf(ours);
  const after = ratesOf(theirs);
  const written = (value: unknown): string =>
    value === undefined ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => written(before.get(field)) !== written(after.get(field)))
    .map((field) => `    ${field}: ${written(before.get(field))} -> ${written(after.get(field))}`);
}
