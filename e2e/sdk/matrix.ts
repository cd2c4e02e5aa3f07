import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { balanced, verify } from '../account.ts';
import { until } from '../until.ts';
import type { MakeClient } from './clients/client.ts';
import { columns, type Cell } from './columns.ts';
import { reasons, type Reason } from './reasons.ts';
import { amounts, modelNames, rowNames, setStage, type Row, type Stage } from './stage.ts';

setDefaultTimeout(60_000);

const nameOf = (make: MakeClient): string => make('http://gateway', 'sk-none').name;
const reasonFor = (client: string, row: Row, column: string): Reason | undefined =>
  reasons.find(
    (reason) =>
      (reason.clients === 'all' || reason.clients.includes(client)) &&
      (reason.rows?.includes(row) ?? true) &&
      reason.columns.includes(column),
  );

/** Half of the other rows: one client after the other goes through all pairs. */
function othersFor(client: number, row: Row): readonly Row[] {
  const others = rowNames.filter((other) => other !== row);
  return others.filter((_, i) => (i + client) % 2 === 0);
}

function cellFor({ gateway, upstreams, keys }: Stage, make: MakeClient, index: number, row: Row): Cell {
  const before = upstreams.seen.length;
  const client = make(gateway.url, keys.rich);
  const { protocol } = client;
  return {
    client,
    stranger: make(gateway.url, 'sk-nobody'),
    pauper: make(gateway.url, keys.poor),
    plain: modelNames.plain(protocol, row),
    thinking: modelNames.thinking(protocol, row),
    limited: modelNames.limited(index, row),
    withoutReasoning: modelNames.plain(protocol, 'openai-chat'),
    elsewhere: othersFor(index, row).map((other) => modelNames.thinking(protocol, other)),
    seen: () => upstreams.seen.slice(before),
  };
}

const tally = (all: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(all.toSorted(), (one) => one)].map(([one, many]) => [one, many.length]));

/**
 * Every client against every upstream protocol: what it asks arrives as the vendor wants it, what is answered comes back,
 * and all of it is charged once. The upstreams are scripted, and as strict as the vendors.
 *
 * @param makers clients, or what becomes of them before the tests run
 */
export function testMatrix(makers: readonly MakeClient[]): void {
  let stage: Stage;
  const cells = new Map<string, string>();
  const whys: string[] = [];

  beforeAll(async () => {
    stage = await setStage(makers.length, '  relay: { disconnectPolicy: cancel }');
  });

  afterAll(() => stage?.end());

  /** Tries a cell; what it comes to, and what is wrong with that. */
  async function fill(
    check: (cell: Cell) => Promise<void>,
    cell: Cell,
    reason: Reason | undefined,
  ): Promise<{ readonly told: string; readonly problem?: string }> {
    if (reason && !whys.includes(reason.why)) whys.push(reason.why);
    const mark = reason ? `(${whys.indexOf(reason.why) + 1})` : 'FAILED';
    if (reason && reason.failure === undefined) return { told: mark };
    const failure = await check(cell).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (failure === undefined)
      return reason ? { told: 'ok', problem: `no longer true: ${reason.why}` } : { told: 'ok' };
    if (reason?.failure !== undefined && failure.includes(reason.failure)) return { told: mark };
    return { told: 'FAILED', problem: failure };
  }

  describe.each(makers.map((make, index) => [nameOf(make), make, index] as const))('%s', (client, make, index) => {
    test.each(rowNames)('on %s', async (row) => {
      const problems: string[] = [];
      for (const [column, check] of Object.entries(columns)) {
        const { told, problem } = await fill(check, cellFor(stage, make, index, row), reasonFor(client, row, column));
        if (problem !== undefined) problems.push(`${column}: ${problem}`);
        cells.set(`${client} > ${row}|${column}`, told);
      }
      expect(problems.join('\n\n')).toBe('');
    });
  });

  test('every call is charged exactly once, and the books agree', async () => {
    const { upstreams, books, gateway } = stage;
    const owed = upstreams.seen.filter((seen) => seen.owed !== 'nothing');
    // Whatever is missing or too many is told by the tally.
    await until('all charges', async () => (await books.charges()).length >= owed.length).catch(() => undefined);
    const charges = await books.charges();
    expect(new Set(charges.map((charge) => charge.requestId)).size).toBe(charges.length);
    const asked = new Map((await books.requests()).map((request) => [request.id, request.model]));
    const charged = charges.map(({ requestId, source, amount }) => {
      const told = source === 'provider' ? `provider ${amount}` : source;
      return `${asked.get(requestId)?.replace(/^.*-on-/, '')}: ${told}`;
    });
    expect(tally(charged)).toEqual(
      tally(
        owed.map(
          ({ vendor, owed: what }) =>
            `${vendor === 'openrouter' ? 'openai-chat' : vendor}: ${what === 'estimate' || what === 'nothing' ? 'estimated' : `provider ${amounts[what]}`}`,
        ),
      ),
    );
    for (const charge of charges) expect(charge.amount).toBeGreaterThan(0n);
    expect(await verify(gateway)).toEqual(balanced);
  });

  test('the matrix has no empty cell', () => {
    const names = Object.keys(columns);
    const lines = makers.flatMap((make) => rowNames.map((row) => `${nameOf(make)} > ${row}`));
    const table = [
      ['', ...names],
      ...lines.map((line) => [line, ...names.map((column) => cells.get(`${line}|${column}`) ?? '')]),
    ];
    const told = table.map((line) =>
      line
        .map((cell, i) => cell.padEnd(i === 0 ? 50 : 8))
        .join('')
        .trimEnd(),
    );
    // The bar in front says to `scripts/test.mjs` that people want to see it, whatever came of the tests.
    const shown = [...told, '~ streamed', ...whys.map((why, i) => `(${i + 1}) ${why}`)];
    console.log(shown.map((line) => `▏${line}`).join('\n'));
    expect([...cells.values()].filter((cell) => cell !== 'ok' && !cell.startsWith('('))).toEqual([]);
    expect(cells.size).toBe(lines.length * names.length);
  });
}
