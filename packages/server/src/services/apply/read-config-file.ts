import { configFileSchema } from '@tollgate/contract/config-file';
import type { ConfigFile } from '@tollgate/contract/config-file';
import { nearest } from '@tollgate/contract/nearest';
import type { SettingLeaf, SettingsIndex } from '@tollgate/contract/settings';
import type { Json } from '@tollgate/wire/protocol';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Scalar } from 'yaml';
import type { z } from 'zod';
import { formatDecimal, parseDecimal } from '../../domain/decimal.ts';
import { fieldNames } from './field-names.ts';
import { substitute } from './substitute.ts';
import { yamlMistakes } from './yaml-mistakes.ts';

/** Names and indexes from the root of the file. */
export type Path = readonly (string | number)[];

/** What is wrong with a file, and where; never with a value in it. */
export type Problem = {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly reason: string;
};

export type ConfigFileText = {
  readonly text: string;
  /** Variables for `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type ReadConfigFile = {
  readonly file: ConfigFile;
  /** A problem at the nearest place of the path that the file has. */
  locate(path: Path, reason: string): Problem;
};

/** `line 4, column 5: channels[0].provider: reason`. */
export function formatProblem({ line, column, path, reason }: Problem): string {
  return `line ${line}, column ${column}: ${path === '' ? '' : `${path}: `}${reason}`;
}

/**
 * Reads a config file: YAML (or JSON), `${ENV}` filled in, shape checked. Numbers that are money or multipliers are
 * taken as they are written, never as floats.
 */
export function readConfigFile(
  { text, env }: ConfigFileText,
  settings: SettingsIndex,
): ReadConfigFile | { readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  // Pretty errors quote the line they complain about, secrets included.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, schema: 'core', uniqueKeys: true });
  const at = (offset: number, path: Path, reason: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, path: formatPath(path), reason };
  };
  if (document.errors.length > 0)
    return { problems: document.errors.map((error) => at(error.pos[0], [], yamlMistakes[error.code])) };
  const problems: Problem[] = [];
  const plain = toPlain(document, { env, settings }, (node, path, reason) =>
    problems.push(at(node.range?.[0] ?? 0, path, reason)),
  );
  if (problems.length > 0) return { problems };
  const locate = (path: Path, reason: string): Problem => at(offsetOf(document, path), path, reason);
  const parsed = configFileSchema.safeParse(plain ?? {});
  if (!parsed.success)
    return { problems: parsed.error.issues.flatMap(readIssue).map(({ path, reason }) => locate(path, reason)) };
  return { file: parsed.data, locate };
}

/**
 * `channels[0].models[1].name`. A slip of a colon can turn a secret into a name (`{ apiKey:sk-… }`), so only names of
 * plain letters, as fields have them, are shown.
 */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = /^[A-Za-z]{1,30}$/.test(step) ? step : '(name)';
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** Generous for a file that people write, and small enough that aliases of aliases cannot blow up. */
const maxNodes = 500_000;

type Complain = (node: Node, path: Path, reason: string) => void;

/** What a file is read with. */
type Surroundings = { readonly env: ConfigFileText['env']; readonly settings: SettingsIndex };

function toPlain(document: Document, surroundings: Surroundings, complain: Complain): Json {
  let nodes = 0;
  const targets = new Map<Node, Node | undefined>();
  const walk = (node: unknown, path: Path, active: readonly Node[]): Json => {
    if (++nodes > maxNodes) return null;
    if (isAlias(node)) {
      // The parser looks through the whole document for each one, so each is looked up once.
      const target = targets.has(node) ? targets.get(node) : node.resolve(document);
      targets.set(node, target);
      if (target === undefined || active.includes(target)) {
        complain(node, path, 'refers to nothing, or to itself');
        return null;
      }
      return walk(target, path, [...active, target]);
    }
    if (isMap(node)) {
      const fields: Record<string, Json> = {};
      for (const pair of node.items) {
        const name = isScalar(pair.key) ? pair.key.value : undefined;
        if (typeof name !== 'string') {
          complain(node, path, 'has a key that is not a plain name; put it in quotes');
          continue;
        }
        // Defined, not assigned: `__proto__` is a name like any other here, and then refused as unknown.
        Object.defineProperty(fields, name, {
          value: walk(pair.value, [...path, name], active),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return fields;
    }
    if (isSeq(node)) return node.items.map((item, index) => walk(item, [...path, index], active));
    if (isScalar(node)) return readScalar(node, path, surroundings, complain);
    return null;
  };
  const plain = walk(document.contents, [], []);
  if (nodes > maxNodes && document.contents !== null) complain(document.contents, [], 'has too many entries');
  return plain;
}

function readScalar(node: Scalar, path: Path, { env, settings }: Surroundings, complain: Complain): Json {
  const { value } = node;
  if (typeof value === 'string') {
    const filled = substitute(value, env);
    if ('text' in filled) return filled.text;
    complain(node, path, filled.problem);
    return null;
  }
  if ((typeof value === 'number' || typeof value === 'bigint') && takesText(path, settings)) {
    const source = node.source ?? String(value);
    const exact = parseDecimal(source, 30);
    return exact === undefined ? source : formatDecimal(exact, 30);
  }
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** Fields of a price that are numbers of tokens, not money. */
const lengths: ReadonlySet<string | number | undefined> = new Set(['above', 'inputAbove', 'inputUpTo']);

/** Whether a number here is to be taken as it is written. */
function takesText(path: Path, settings: SettingsIndex): boolean {
  const [section, , field] = path;
  const last = path.at(-1);
  switch (section) {
    case 'models':
      return field === 'price' && !lengths.has(last);
    case 'groups':
      return field === 'multiplier' || field === 'userGroups';
    case 'paymentMethods':
      return field === 'rate' || field === 'minimumUsd' || field === 'maximumUsd' || last === 'fromUsd';
    case 'plans':
      return field === 'priceUsd' || field === 'amount';
    case 'settings':
      return isAmount(settings.find(path.slice(1).join('.')));
    default:
      return false;
  }
}

/** A secret of digits is no amount: it must be in quotes, or its zeros at either end would go. */
const isAmount = (leaf: SettingLeaf | undefined): boolean => typeof leaf?.default === 'string' && !leaf.secret;

/** Offset of the deepest node on the path that the file has. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of [...path, undefined]) {
    if (isAlias(node)) {
      offset = node.range?.[0] ?? offset;
      node = node.resolve(document);
    } else if (isMap(node) || isSeq(node) || isScalar(node)) {
      offset = node.range?.[0] ?? offset;
    }
    if (step === undefined) break;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (isScalar(pair?.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair?.value;
    } else {
      node = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
    }
    if (node === undefined || node === null) break;
  }
  return offset;
}

type Issue = { readonly path: Path; readonly reason: string };

function readIssue(issue: z.core.$ZodIssue): readonly Issue[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = nearest(key, fieldNames);
      return {
        path: [...path, key],
        reason: `there is no such field${near === undefined ? '' : `; did you mean "${near}"?`}`,
      };
    });
  }
  if (issue.code === 'invalid_union') {
    // The branch that got furthest is the one that was meant.
    const furthest = issue.errors
      .map((branch) => branch.flatMap(readIssue))
      .toSorted((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0))[0];
    if (furthest !== undefined && (furthest[0]?.path.length ?? 0) > 0)
      return furthest.map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
  }
  return [{ path, reason: missing(issue) ? 'is missing' : lowerFirst(issue.message) }];
}

const missing = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' && issue.message.endsWith('received undefined');

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
