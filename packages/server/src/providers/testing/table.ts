/** What providers are asked, by each of their dialects. */
export const columns = ['text', 'stream', 'tools', 'error', 'usage', 'models'] as const;
export type Column = (typeof columns)[number];

type Row = readonly [provider: string, protocol: string];

/** What has been asked of whom with success, and why something was not asked. */
export type Table = {
  pass(provider: string, protocol: string, column: Column): void;
  skip(provider: string, protocol: string, column: Column, reason: string): void;
  /** Cells of these rows about which nothing was said. */
  missing(rows: readonly Row[]): readonly string[];
  /** The rows in the order given, with the reasons below. */
  print(rows: readonly Row[]): string;
};

export function openTable(): Table {
  const cells = new Map<string, string>();
  const reasons: string[] = [];
  const at = (...key: readonly string[]): string => key.join(' ');
  const cellOf = (row: Row, column: Column): string | undefined => cells.get(at(...row, column));
  return {
    pass(...cell) {
      cells.set(at(...cell), 'yes');
    },
    skip(provider, protocol, column, reason) {
      if (!reasons.includes(reason)) reasons.push(reason);
      cells.set(at(provider, protocol, column), `[${reasons.indexOf(reason) + 1}]`);
    },
    missing: (rows) =>
      rows.flatMap((row) =>
        columns.flatMap((column) => (cellOf(row, column) === undefined ? [at(...row, column)] : [])),
      ),
    print(rows) {
      const lines = rows.map((row) => [...row, ...columns.map((column) => cellOf(row, column) ?? '?')]);
      const all = [['provider', 'dialect', ...columns], ...lines];
      const widths = all[0]?.map((_, index) => Math.max(...all.map((line) => line[index]?.length ?? 0))) ?? [];
      const text = all.map((line) =>
        line
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd(),
      );
      return [...text, ...reasons.map((reason, index) => `[${index + 1}] ${reason}`)].join('\n');
    },
  };
}
