import { readPath, sameJson, valuesAt } from '@tollgate/wire/json/path';
import { numberOf, textOf } from '@tollgate/wire/json/scalars';
import type { Json } from '@tollgate/wire/protocol';
import type { Complain } from './mistakes.ts';
import type { Condition, LastError, Operation, Run } from './run.ts';

/** Whether something holds of a request. */
type Test = (run: Run) => boolean;

/** Reads the conditions of an operation; undefined where it has none. Without `logic` one of them is enough. */
export function compileConditions(
  { conditions, logic }: Pick<Operation, 'conditions' | 'logic'>,
  complain: Complain,
): Test | undefined {
  const list = listOf(conditions);
  if (list.length === 0) return undefined;
  const tests = list.map((condition, index) =>
    compileCondition(condition, (path, problem, instead) => complain(`conditions.${index}.${path}`, problem, instead)),
  );
  return logic === 'AND' ? (run) => tests.every((test) => test(run)) : (run) => tests.some((test) => test(run));
}

const isConditions = (given: NonNullable<Operation['conditions']>): given is readonly Condition[] =>
  Array.isArray(given);

/** Conditions as a list: `{path: value}` is short for equality. */
function listOf(conditions: Operation['conditions']): readonly Condition[] {
  if (conditions === undefined) return [];
  if (isConditions(conditions)) return conditions;
  return Object.entries(conditions).map(([path, value]) => ({ path, value }));
}

function compileCondition(condition: Condition, complain: Complain): Test {
  const { path, value, invert = false, pass_missing_key: passMissing = false } = condition;
  const holds = compileComparison(condition, complain);
  const inBody = readPath(path);
  const known = knownOf(path);
  return (run) => {
    let found = valuesAt(run.json, inBody);
    if (found.length === 0) {
      const fact = known?.(run);
      if (fact === undefined) return passMissing;
      found = [fact];
    }
    return found.some((actual) => holds(actual, value)) !== invert;
  };
}

type Comparison = (actual: Json, wanted: Json) => boolean;

function compileComparison({ mode = 'full', value }: Condition, complain: Complain): Comparison {
  switch (mode) {
    case 'full':
      return sameJson;
    case 'prefix':
    case 'suffix':
    case 'contains':
      if (typeof value !== 'string') complain('value', `\`${mode}\` compares texts`, 'a text, such as "gpt-"');
      return texts[mode];
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      if (numberOf(value) === undefined) complain('value', `\`${mode}\` compares numbers`, 'a number, such as 4096');
      return numbers[mode];
  }
}

const texts: Readonly<Record<'prefix' | 'suffix' | 'contains', Comparison>> = {
  prefix: (actual, wanted) => textOf(actual)?.startsWith(textOf(wanted) ?? '') ?? false,
  suffix: (actual, wanted) => textOf(actual)?.endsWith(textOf(wanted) ?? '') ?? false,
  contains: (actual, wanted) => textOf(actual)?.includes(textOf(wanted) ?? '') ?? false,
};

const compared =
  (holds: (actual: number, wanted: number) => boolean): Comparison =>
  (actual, wanted) => {
    const a = numberOf(actual);
    const b = numberOf(wanted);
    return a !== undefined && b !== undefined && holds(a, b);
  };

const numbers: Readonly<Record<'gt' | 'gte' | 'lt' | 'lte', Comparison>> = {
  gt: compared((a, b) => a > b),
  gte: compared((a, b) => a >= b),
  lt: compared((a, b) => a < b),
  lte: compared((a, b) => a <= b),
};

type Fact = (run: Run) => Json | undefined;

const ofError =
  (read: (error: LastError) => Json): Fact =>
  ({ scope }) =>
    scope.lastError && read(scope.lastError);

const retryIndex: Fact = ({ scope }) => scope.retryIndex;
const isRetry: Fact = ({ scope }) => scope.retryIndex > 0;
const lastStatus = ofError((error) => error.status);
const lastCode = ofError((error) => error.code);
const lastType = ofError((error) => error.type);
const lastMessage = ofError((error) => error.message);
// Whoever would not be asked again after an error is not asked again.
const lastFinal = ofError(() => false);

/** What conditions can ask besides the body, where the body has nothing of that name. */
const facts: ReadonlyMap<string, Fact> = new Map<string, Fact>([
  ['model', ({ scope }) => scope.upstreamModel],
  ['upstream_model', ({ scope }) => scope.upstreamModel],
  ['original_model', ({ scope }) => scope.originalModel],
  ['request_path', ({ scope }) => scope.requestPath],
  ['retry_index', retryIndex],
  ['retry.index', retryIndex],
  ['is_retry', isRetry],
  ['retry.is_retry', isRetry],
  ['last_error.status_code', lastStatus],
  ['last_error_status_code', lastStatus],
  ['last_error.code', lastCode],
  ['last_error_code', lastCode],
  ['last_error.type', lastType],
  ['last_error_type', lastType],
  ['last_error.message', lastMessage],
  ['last_error_message', lastMessage],
  ['last_error.skip_retry', lastFinal],
  ['last_error_skip_retry', lastFinal],
  ['is_channel_test', ({ scope }) => scope.isChannelTest],
]);

function knownOf(path: string): Fact | undefined {
  const dot = path.indexOf('.');
  const name = path.slice(dot + 1).toLowerCase();
  if (dot > 0 && path.slice(0, dot) === 'request_headers') return ({ scope }) => scope.clientHeader(name);
  if (dot > 0 && path.slice(0, dot) === 'header_override') return ({ headers }) => headers.get(name);
  return facts.get(path);
}
