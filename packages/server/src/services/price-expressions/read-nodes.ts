import type { ASTNode } from '@marcbachmann/cel-js';
import { readFraction } from '../../domain/price-expression/fraction.ts';
import { isZone } from '../../domain/price-expression/moment.ts';
import {
  isUsageName,
  usageNames,
  type NumberNode,
  type TestNode,
  type TimePart,
} from '../../domain/price-expression/program.ts';
import { callOf, mistake, nameOf, textOf, valuesOf, type FunctionCall, type Reading } from './reading.ts';
import { isWord, readWord } from './read-word.ts';

const timeParts: Readonly<Record<string, TimePart>> = {
  hour: 'hour',
  minute: 'minute',
  weekday: 'weekday',
  day: 'day',
  month: 'month',
};

const longestTierName = 60;

/** Reads what must be a number. */
export function readNumber(node: ASTNode, reading: Reading): NumberNode {
  switch (node.op) {
    case 'value':
      return { op: 'number', text: decimalOf(node, reading) };
    case 'id':
      return readName(node, node.args, reading);
    case '-_':
      return { op: 'negate', value: readNumber(node.args, reading) };
    case '+':
    case '-':
    case '*':
      return {
        op: node.op,
        left: readNumber(node.args[0], reading),
        right: readNumber(node.args[1], reading),
      };
    case '/':
      return { op: '/', left: readNumber(node.args[0], reading), by: divisorOf(node.args[1], reading) };
    case '?:': {
      const [test, yes, no] = node.args;
      return { op: 'if', test: readTest(test, reading), yes: readNumber(yes, reading), no: readNumber(no, reading) };
    }
    case 'call':
      return readCall(node, reading);
    default:
      throw mistake(node, `${nameOf(node, reading)} is no number`);
  }
}

/** A number as it is written, so that no digit of it goes through binary fractions. */
function decimalOf(node: ASTNode, reading: Reading): string {
  const written = reading.text.slice(node.start, node.end);
  const text = /^0x[0-9a-f]{1,16}$/i.test(written) ? BigInt(written).toString() : written;
  if (readFraction(text) !== undefined) return text;
  throw mistake(
    node,
    /^\d/.test(written) ? `${written} has more than 18 decimals` : `${written} is a text, not a number`,
  );
}

function divisorOf(node: ASTNode, reading: Reading): string {
  if (node.op !== 'value') throw mistake(node, 'can only be divided by a number that is written');
  const text = decimalOf(node, reading);
  if (readFraction(text)?.over === 0n) throw mistake(node, 'cannot be divided by zero');
  return text;
}

function readName(node: ASTNode, name: string, reading: Reading): NumberNode {
  if (!isUsageName(name)) {
    const known = Object.keys(usageNames).join(', ');
    throw mistake(node, name === 'service_tier' ? '"service_tier" is a text' : `there is no "${name}", only ${known}`);
  }
  reading.names.add(name);
  return { op: 'usage', name };
}

function readCall(node: ASTNode, reading: Reading): NumberNode {
  const call = callOf(node);
  if (call === undefined) throw mistake(node, `${nameOf(node, reading)} is no number`);
  const { name, values } = call;
  const part = Object.hasOwn(timeParts, name) ? timeParts[name] : undefined;
  if (part !== undefined) return { op: 'time', part, zone: zoneOf(node, call) };
  switch (name) {
    case 'tier':
      return readTier(node, call, reading);
    case 'max':
    case 'min':
      if (values.length === 0) throw mistake(node, `${name}() takes at least one value`);
      return { op: name, values: values.map((value) => readNumber(value, reading)) };
    case 'abs':
    case 'ceil':
    case 'floor': {
      const [value = node] = valuesOf(node, call, 1);
      return { op: name, value: readNumber(value, reading) };
    }
    default:
      if (isWord(node)) return { op: 'asNumber', value: readWord(node, reading) };
      throw mistake(node, `there is no function ${name}() that gives a number`);
  }
}

function readTier(node: ASTNode, call: FunctionCall, reading: Reading): NumberNode {
  const [named, value = node] = valuesOf(node, call, 2);
  const name = textOf(named, 'the name of a tier', node).trim();
  if (name === '' || name.length > longestTierName)
    throw mistake(named ?? node, `the name of a tier has 1 to ${longestTierName} signs`);
  return { op: 'tier', name, value: readNumber(value, reading) };
}

/** The clocks by which a time is read; without a place, UTC's. */
function zoneOf(node: ASTNode, { name, values }: FunctionCall): string {
  if (values.length === 0) return 'UTC';
  const zone = textOf(values[0], 'a time zone', node);
  if (values.length > 1 || !isZone(zone))
    throw mistake(values[1] ?? values[0] ?? node, `${name}() takes a time zone such as "Asia/Shanghai"`);
  return zone;
}

/** Reads what must hold or not. */
export function readTest(node: ASTNode, reading: Reading): TestNode {
  switch (node.op) {
    case '&&':
    case '||':
      return { op: node.op, left: readTest(node.args[0], reading), right: readTest(node.args[1], reading) };
    case '!_':
      return { op: '!', value: readTest(node.args, reading) };
    case '<':
    case '<=':
      return { op: node.op, left: readNumber(node.args[0], reading), right: readNumber(node.args[1], reading) };
    case '>':
    case '>=': {
      // The same, said the other way round.
      const op = node.op === '>' ? '<' : '<=';
      return { op, left: readNumber(node.args[1], reading), right: readNumber(node.args[0], reading) };
    }
    case '==':
      return readSame(node.args[0], node.args[1], reading);
    case '!=':
      return { op: '!', value: readSame(node.args[0], node.args[1], reading) };
    case 'in':
      return readAmong(node.args[0], node.args[1], reading);
    case 'value':
      if (typeof node.args === 'boolean') return { op: 'always', value: node.args };
      throw mistake(node, `${nameOf(node, reading)} is no condition`);
    default:
      return readSearch(node, reading);
  }
}

/** Words are compared as they are, with numbers too, where one of both is written; everything else by its value. */
function readSame(left: ASTNode, right: ASTNode, reading: Reading): TestNode {
  const [one, other] = isWord(left) ? [left, right] : [right, left];
  const comparesWords = isWord(one) && (isWord(other) || other.op === 'value');
  return comparesWords
    ? { op: 'same', left: readWord(one, reading), right: readWord(other, reading) }
    : { op: '==', left: readNumber(left, reading), right: readNumber(right, reading) };
}

function readAmong(one: ASTNode, list: ASTNode, reading: Reading): TestNode {
  if (list.op !== 'list') throw mistake(list, 'what stands behind "in" must be a list that is written');
  return list.args
    .map((other) => readSame(one, other, reading))
    .reduce<TestNode>((left, right) => ({ op: '||', left, right }), { op: 'always', value: false });
}

/** `x.contains("y")` and its like; as New API writes it, `has(x, "y")`. */
function readSearch(node: ASTNode, reading: Reading): TestNode {
  const call = callOf(node);
  if (call?.name === 'has' && call.of === undefined) {
    const [value = node, part = node] = valuesOf(node, call, 2);
    return { op: 'contains', value: readWord(value, reading), part: readWord(part, reading) };
  }
  if (call?.of !== undefined && (call.name === 'contains' || call.name === 'startsWith' || call.name === 'endsWith')) {
    const [part = node] = valuesOf(node, call, 1);
    return { op: call.name, value: readWord(call.of, reading), part: readWord(part, reading) };
  }
  if (isWord(node)) return { op: 'same', left: readWord(node, reading), right: { op: 'word', value: true } };
  throw mistake(node, `${nameOf(node, reading)} is no condition`);
}
