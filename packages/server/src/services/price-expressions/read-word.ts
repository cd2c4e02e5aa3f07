import type { ASTNode } from '@marcbachmann/cel-js';
import { isSecretHeader } from '../../domain/price-expression/asked.ts';
import type { WordNode } from '../../domain/price-expression/program.ts';
import { callOf, mistake, nameOf, textOf, valuesOf, type Reading } from './reading.ts';

/** Whether a node is a value of the request or a text, which is compared and searched, but not reckoned with. */
export function isWord(node: ASTNode): boolean {
  if (node.op === 'value') return typeof node.args === 'string' || typeof node.args === 'boolean' || node.args === null;
  if (node.op === 'id') return node.args === 'service_tier' || node.args === 'nil';
  return node.op === 'call' && (node.args[0] === 'param' || node.args[0] === 'header');
}

const longestPath = 200;
const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** Reads a text, what stands in the request, or the tier that served it. */
export function readWord(node: ASTNode, reading: Reading): WordNode {
  const { op, args } = node;
  if (op === 'value' && (typeof args === 'string' || typeof args === 'boolean' || args === null))
    return { op: 'word', value: args };
  if (op === 'value' && (typeof args === 'bigint' || typeof args === 'number'))
    return { op: 'word', value: Number(args) };
  // As New API's language calls it.
  if (op === 'id' && args === 'nil') return { op: 'word', value: null };
  if (op === 'id' && args === 'service_tier') {
    reading.asksForTier = true;
    return { op: 'serviceTier' };
  }
  const call = callOf(node);
  if (call?.name === 'param') {
    const path = textOf(valuesOf(node, call, 1)[0], 'the path of a parameter', node);
    if (path === '' || path.length > longestPath) throw mistake(node, `a path has 1 to ${longestPath} signs`);
    reading.params.add(path);
    return { op: 'param', path };
  }
  if (call?.name === 'header') {
    const name = textOf(valuesOf(node, call, 1)[0], 'the name of a header', node).toLowerCase();
    if (!headerName.test(name)) throw mistake(node, `"${name}" is no name of a header`);
    if (isSecretHeader(name)) throw mistake(node, `the header "${name}" carries a secret, which no price may read`);
    reading.headers.add(name);
    return { op: 'header', name };
  }
  throw mistake(node, `${nameOf(node, reading)} is no text, and nothing of the request`);
}
