import type { ASTNode } from '@marcbachmann/cel-js';
import type { UsageName } from '../../domain/price-expression/program.ts';
import { ExpressionMistake } from './mistake.ts';

/** What is known of an expression while it is read. */
export type Reading = {
  readonly text: string;
  readonly params: Set<string>;
  readonly headers: Set<string>;
  readonly names: Set<UsageName>;
  asksForTier: boolean;
};

/** The call of a function: by its name alone, or of a value. */
export type FunctionCall = {
  readonly name: string;
  readonly of: ASTNode | undefined;
  readonly values: readonly ASTNode[];
};

export function callOf(node: ASTNode): FunctionCall | undefined {
  if (node.op === 'call') return { name: node.args[0], of: undefined, values: node.args[1] };
  if (node.op === 'rcall') return { name: node.args[0], of: node.args[1], values: node.args[2] };
  return undefined;
}

/** As many values as a function takes. */
export function valuesOf(node: ASTNode, { name, values }: FunctionCall, count: number): readonly ASTNode[] {
  if (values.length !== count)
    throw mistake(node, `${name}() takes ${count === 1 ? 'one value' : `${count} values`}, not ${values.length}`);
  return values;
}

/** A text that is written where it is needed, as paths and names are: one that is worked out could not be checked. */
export function textOf(node: ASTNode | undefined, what: string, at: ASTNode): string {
  if (node?.op === 'value' && typeof node.args === 'string') return node.args;
  throw mistake(node ?? at, `${what} must be a text in quotes`);
}

export const mistake = (node: ASTNode, message: string): ExpressionMistake =>
  new ExpressionMistake(message, node.start);

/** How a node is called in what is said of it. */
export function nameOf(node: ASTNode, { text }: Reading): string {
  const written = text.slice(node.start, node.end).replaceAll(/\s{1,100}/g, ' ');
  return `"${written.length > 30 ? `${written.slice(0, 30)}…` : written}"`;
}
