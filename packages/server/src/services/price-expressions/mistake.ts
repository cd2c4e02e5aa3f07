/** What is wrong with an expression, and where: `at` counts its signs from 0. */
export class ExpressionMistake extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** With line and column, and what stands there. */
export function placed(mistake: ExpressionMistake, text: string): string {
  const before = text.slice(0, mistake.at).split('\n');
  const [line, column] = [before.length, (before.at(-1) ?? '').length + 1];
  const rest = text.slice(mistake.at).split('\n', 1)[0] ?? '';
  const near = rest === '' ? 'at its end' : `at "${rest.length > 24 ? `${rest.slice(0, 24)}…` : rest}"`;
  return `${mistake.message} (line ${line}, column ${column}, ${near})`;
}
