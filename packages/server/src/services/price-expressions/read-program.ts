import { Environment, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import type { NumberNode, Program, UsageName } from '../../domain/price-expression/program.ts';
import { ExpressionMistake } from './mistake.ts';
import { readNumber } from './read-nodes.ts';
import type { Reading } from './reading.ts';

/** Small enough that an expression costs microseconds, large enough for every price list known. */
const limits = { maxAstNodes: 400, maxDepth: 40, maxListElements: 50, maxMapEntries: 0, maxCallArguments: 20 };

const grammar = new Environment({ unlistedVariablesAreDyn: true, limits });

/** Longest text; the contract lets a little more pass, for one that is shown with a multiplier. */
const maxText = 4000;

/** How New API's expressions may begin, and what stands between a price and what it is multiplied by. */
const version = /^\s*v1:/;
const factorMark = '|||';

/**
 * Understands an expression: CEL's grammar, without what could not be bounded (loops, division by what may be zero), over
 * numbers that are exact. Throws an {@link ExpressionMistake} that says where.
 */
export function readProgram(text: string): Program {
  if (text.length > maxText) throw new ExpressionMistake(`it is longer than ${maxText} signs`, maxText);
  const reading: Reading = { text, params: new Set(), headers: new Set(), names: new Set(), asksForTier: false };
  const [result, ...factors] = partsOf(text).map((part) => readNumber(parse(part), reading));
  if (result === undefined) throw new ExpressionMistake('it is empty', 0);
  const program = factors.reduce((left, right): NumberNode => ({ op: '*', left, right }), result);
  return {
    result: program,
    params: [...reading.params],
    headers: [...reading.headers],
    names: [...reading.names] satisfies UsageName[],
    asksForTier: reading.asksForTier,
  };
}

/** The parts that are multiplied, each with blanks before it, so that its places are those in the text. */
function partsOf(text: string): readonly string[] {
  const unversioned = text.replace(version, (mark) => ' '.repeat(mark.length));
  let start = 0;
  return unversioned.split(factorMark).map((part) => {
    const padded = ' '.repeat(start) + part;
    start += part.length + factorMark.length;
    return padded;
  });
}

/** A text in quotes, or one of the words that New API's language has for CEL's signs. */
const wordOrQuoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b(?:and|or|not)\b/g;
const signs: Readonly<Partial<Record<string, string>>> = { and: '&& ', or: '||', not: '!  ' };

function parse(text: string): ASTNode {
  try {
    // As long as the words, so that places are those in the text.
    return grammar.parse(text.replace(wordOrQuoted, (found) => signs[found] ?? found)).ast;
  } catch (thrown) {
    if (thrown instanceof ParseError) throw new ExpressionMistake(thrown.summary, thrown.range?.start ?? 0);
    throw thrown;
  }
}
