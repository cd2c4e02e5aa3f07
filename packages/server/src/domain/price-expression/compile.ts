import type { Bucket } from '@tollgate/wire/ir/usage';
import {
  absolute,
  added,
  divided,
  either,
  exactly,
  isLess,
  just,
  largest,
  multiplied,
  negatedBounds,
  rounded,
  smallest,
  taken,
  type Bounds,
} from './bounds.ts';
import { readFraction, whole, zero, type Fraction } from './fraction.ts';
import type { Linear, Space } from './linear.ts';
import { timePart } from './moment.ts';
import {
  usageNames,
  type Asked,
  type NumberNode,
  type Program,
  type TestNode,
  type UsageName,
  type Word,
  type WordNode,
} from './program.ts';

/** What an expression is worked out by. */
export type Run = {
  readonly space: Space;
  readonly asked: Asked | undefined;
  /** When the request came, ms since the epoch. */
  readonly at: number;
  /** Undefined where any tier may serve it. */
  readonly tier: string | undefined;
  /** Names of the tiers that were gone through, in order. */
  readonly tiers: string[];
};

type Code<T> = (run: Run) => T;

/** A word that is not known yet. */
const unknown = Symbol('unknown');

/** A program as functions, made once and run for every request. */
export function compile(program: Program): Code<Bounds> {
  const counted = countsOf(program.names);
  return numberCode(program.result, counted);
}

type Counts = ReadonlyMap<UsageName, Linear>;

/** Hours of cache cost so much more than minutes of it, where a price does not say; as everywhere (docs/decisions/0014). */
const hoursOverMinutes: Fraction = { over: 8n, under: 5n };

const one = whole(1n);

/** What each name counts, given which others are named: what is not named counts with the whole of its side. */
function countsOf(named: readonly UsageName[]): Counts {
  const isNamed = (name: UsageName): boolean => named.includes(name);
  const factors = new Map<UsageName, Map<Bucket, Fraction>>();
  const count = (name: UsageName, buckets: readonly Bucket[], factor: Fraction): void => {
    const known = factors.get(name) ?? new Map<Bucket, Fraction>();
    for (const bucket of buckets) known.set(bucket, factor);
    factors.set(name, known);
  };
  for (const [key, row] of Object.entries(usageNames)) {
    const name = key as UsageName;
    const within = 'within' in row ? row.within : undefined;
    if (isNamed(name) || within === undefined) count(name, row.buckets, one);
    else if (name === 'cc1h' && isNamed('cc')) count('cc', row.buckets, hoursOverMinutes);
    else count(within, row.buckets, one);
    if (name !== 'c' && (name === 'p' || within === 'p')) count('len', row.buckets, one);
  }
  return new Map([...factors].map(([name, of]) => [name, { constant: zero, factors: of }]));
}

function numberCode(node: NumberNode, counts: Counts): Code<Bounds> {
  const code = (inner: NumberNode): Code<Bounds> => numberCode(inner, counts);
  switch (node.op) {
    case 'number': {
      const value = just(readFraction(node.text) ?? zero);
      return () => value;
    }
    case 'usage': {
      const value = exactly(counts.get(node.name) ?? { constant: zero, factors: new Map() });
      return () => value;
    }
    case 'time': {
      const read = timePart(node.part, node.zone);
      return ({ at }) => just(whole(BigInt(read(at))));
    }
    case '+':
    case '-':
    case '*':
      return operationCode(node.op, code(node.left), code(node.right));
    case '/': {
      const left = code(node.left);
      const by = readFraction(node.by) ?? one;
      return (run) => divided(left(run), by, run.space);
    }
    case 'max':
    case 'min': {
      const values = node.values.map(code);
      const pick = node.op === 'max' ? largest : smallest;
      return (run) => values.map((value) => value(run)).reduce((a, b) => pick(a, b, run.space));
    }
    case 'tier': {
      const value = code(node.value);
      return (run) => {
        run.tiers.push(node.name);
        return value(run);
      };
    }
    case 'if': {
      const test = testCode(node.test, counts);
      const yes = code(node.yes);
      const no = code(node.no);
      return (run) => {
        const holds = test(run);
        if (holds === undefined) return either(yes(run), no(run));
        return holds ? yes(run) : no(run);
      };
    }
    case 'asNumber': {
      const value = wordCode(node.value);
      return (run) => just(numberOf(value(run)));
    }
    default:
      return roundingCode(node.op, code(node.value));
  }
}

function operationCode(op: '+' | '-' | '*', left: Code<Bounds>, right: Code<Bounds>): Code<Bounds> {
  if (op === '*') return (run) => multiplied(left(run), right(run), run.space);
  const combine = op === '+' ? added : taken;
  return (run) => combine(left(run), right(run));
}

function roundingCode(op: 'negate' | 'abs' | 'ceil' | 'floor', value: Code<Bounds>): Code<Bounds> {
  if (op === 'negate') return (run) => negatedBounds(value(run));
  if (op === 'abs') return (run) => absolute(value(run), run.space);
  return (run) => rounded(value(run), run.space, op === 'ceil');
}

/** Digits of a number that a client writes; a longer one is none. */
const maxDigits = 40;

function numberOf(value: Word | typeof unknown): Fraction {
  const text = typeof value === 'number' ? `${value}` : '';
  return text.length > maxDigits ? zero : (readFraction(text) ?? zero);
}

/** Undefined where it may be either way. */
function testCode(node: TestNode, counts: Counts): Code<boolean | undefined> {
  switch (node.op) {
    case 'always':
      return () => node.value;
    case '!': {
      const value = testCode(node.value, counts);
      return (run) => {
        const holds = value(run);
        return holds === undefined ? undefined : !holds;
      };
    }
    case '&&':
    case '||': {
      // What decides alone, whatever the other says.
      const decides = node.op === '||';
      const left = testCode(node.left, counts);
      const right = testCode(node.right, counts);
      return (run) => {
        const first = left(run);
        if (first === decides) return decides;
        const second = right(run);
        if (second === decides) return decides;
        return first === undefined || second === undefined ? undefined : !decides;
      };
    }
    case '<':
    case '<=':
    case '==': {
      const left = numberCode(node.left, counts);
      const right = numberCode(node.right, counts);
      return comparisonCode(node.op, left, right);
    }
    default:
      return wordTestCode(node.op, node);
  }
}

function comparisonCode(op: '<' | '<=' | '==', left: Code<Bounds>, right: Code<Bounds>): Code<boolean | undefined> {
  if (op !== '==') return (run) => isLess(left(run), right(run), run.space, op === '<=');
  return (run) => {
    const [a, b] = [left(run), right(run)];
    const notAbove = isLess(a, b, run.space, true);
    const notBelow = isLess(b, a, run.space, true);
    if (notAbove === false || notBelow === false) return false;
    return notAbove === undefined || notBelow === undefined ? undefined : true;
  };
}

const textTests = {
  contains: (value: string, part: string): boolean => value.includes(part),
  startsWith: (value: string, part: string): boolean => value.startsWith(part),
  endsWith: (value: string, part: string): boolean => value.endsWith(part),
};

function wordTestCode(
  op: 'same' | keyof typeof textTests,
  node: Extract<TestNode, { op: 'same' | keyof typeof textTests }>,
): Code<boolean | undefined> {
  const left = wordCode(node.op === 'same' ? node.left : node.value);
  const right = wordCode(node.op === 'same' ? node.right : node.part);
  return (run) => {
    const [a, b] = [left(run), right(run)];
    if (a === unknown || b === unknown) return undefined;
    if (op === 'same') return a === b && typeof a !== 'object' ? true : a === null && b === null;
    return typeof a === 'string' && typeof b === 'string' && textTests[op](a, b);
  };
}

function wordCode(node: WordNode): Code<Word | typeof unknown> {
  switch (node.op) {
    case 'word':
      return () => node.value;
    case 'param':
      return ({ asked }) => asked?.params[node.path] ?? null;
    case 'header':
      return ({ asked }) => asked?.headers[node.name] ?? null;
    case 'serviceTier':
      return ({ tier }) => tier ?? unknown;
  }
}
