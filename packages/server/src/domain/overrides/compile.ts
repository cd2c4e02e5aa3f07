import type { Mistake } from '@tollgate/contract/api/overrides';
import { asksForTier } from '@tollgate/wire/ir/asked-tier';
import { editAt, readPath } from '@tollgate/wire/json/path';
import type { JsonObject } from '@tollgate/wire/protocol';
import { compileEdit, compileTransfer } from './body-steps.ts';
import { compileConditions } from './conditions.ts';
import { compileHeaderStep, compileSync, compileTemplate, isOfClient, put } from './header-steps.ts';
import { complainTo, type Complain } from './mistakes.ts';
import { compilePassing } from './passing.ts';
import { compilePrune } from './prune.ts';
import { compileReturnError } from './returned-error.ts';
import { secretTextsOf } from './secret-texts.ts';
import type { HeaderEdits, Operation, Overrides, OverrideScope, ReturnedError, Run, Step } from './run.ts';

/** A channel's edits, ready to be made. */
export type ChannelOverrides = {
  /** What every request of an account carries alike, and does not; worked out once for each account. */
  readonly headers: Pick<Overrides['headers'], 'set' | 'remove'>;
  /** What depends on the request; undefined where nothing does, which then costs nothing. */
  readonly apply: ((json: JsonObject, scope: OverrideScope) => Overridden) | undefined;
  /** It may ask for a service tier of its own. */
  readonly asksForTier: boolean;
  /** It may ask for another model than the one that was routed. */
  readonly choosesModel: boolean;
  /** Texts in them that may be secrets. */
  readonly hidden: readonly string[];
};

/** What becomes of a request: its body (itself, where nothing changed), and headers beyond those that all have. */
export type Overridden = {
  readonly json: JsonObject;
  readonly headers: HeaderEdits;
  /** The channel answers by itself. */
  readonly returned: ReturnedError | undefined;
};

export const noOverrides: ChannelOverrides = {
  headers: { set: {}, remove: [] },
  apply: undefined,
  asksForTier: false,
  choosesModel: false,
  hidden: [],
};

/** Reads a channel's edits once. What cannot be read is left out, and told as a mistake. */
export function compileOverrides({ headers, body }: Overrides): {
  readonly overrides: ChannelOverrides;
  readonly mistakes: readonly Mistake[];
} {
  const mistakes: Mistake[] = [];
  const steps = [
    ...compileHeaders(headers, body.operations.length > 0, complainTo(mistakes, 'headers')),
    ...body.remove.map((path): Step => {
      const at = readPath(path);
      return (run) => void (run.json = editAt(run.json, at, () => undefined));
    }),
    ...Object.entries(body.set).map(([path, value]): Step => {
      const at = readPath(path);
      return (run) => void (run.json = editAt(run.json, at, () => value));
    }),
    ...body.operations.flatMap(
      (operation, index) => compileOperation(operation, complainTo(mistakes, `body.operations.${index}`)) ?? [],
    ),
  ];
  const { set, remove } = headers;
  const plain = {
    headers: { set, remove },
    asksForTier: touches(body, asksForTier),
    choosesModel: touches(body, choosesModel),
    hidden: secretTextsOf({ headers, body }),
  };
  return { overrides: { ...plain, apply: steps.length > 0 ? applying(steps) : undefined }, mistakes };
}

const applying =
  (steps: readonly Step[]) =>
  (json: JsonObject, scope: OverrideScope): Overridden => {
    const run: Run = { json, headers: new Map(), scope, returned: undefined };
    for (const step of steps) {
      step(run);
      if (run.returned) break;
    }
    return run;
  };

/** Headers that depend on the client; those that are alike for all need no step, unless an operation may look at them. */
function compileHeaders(
  { set, remove, pass }: Overrides['headers'],
  looked: boolean,
  complain: Complain,
): readonly Step[] {
  const passing = compilePassing(pass, (path, problem, instead) => complain(`pass.${path}`, problem, instead));
  const steps: Step[] = [];
  if (passing)
    steps.push((run) => {
      passing(run, false);
      for (const name of remove) run.headers.delete(name);
    });
  for (const [name, template] of Object.entries(set)) {
    const write = compileTemplate(template, (problem, instead) => complain(`set.${name}`, problem, instead));
    if (passing || looked || isOfClient(template)) steps.push((run) => put(run, name, write(run)));
  }
  return steps;
}

function compileOperation(operation: Operation, complain: Complain): Step | undefined {
  const step = compileStep(operation, complain);
  const holds = compileConditions(operation, complain);
  if (!step || !holds) return step;
  return (run) => {
    if (holds(run)) step(run);
  };
}

function compileStep(operation: Operation, complain: Complain): Step | undefined {
  const { mode } = operation;
  switch (mode) {
    case 'move':
    case 'copy':
      return compileTransfer(mode, operation, complain);
    case 'prune_objects':
      return compilePrune(operation, complain);
    case 'return_error':
      return compileReturnError(operation, complain);
    case 'set_header':
    case 'delete_header':
    case 'copy_header':
    case 'move_header':
    case 'pass_headers':
      return compileHeaderStep(mode, operation, complain);
    case 'sync_fields':
      return compileSync(operation, complain);
    default:
      return compileEdit(mode, operation, complain);
  }
}

const choosesModel = (path: string): boolean => path.split('.', 1)[0] === 'model';

/** Whether the edits of a body may write where `is` says. */
function touches({ set, remove, operations }: Overrides['body'], is: (path: string) => boolean): boolean {
  const paths = operations.flatMap(({ path, from, to }) => [path, from, to?.replace(/^json:/, '')]);
  return [...remove, ...Object.keys(set), ...paths].some(
    (path) => path !== undefined && (is(path) || path.startsWith('*')),
  );
}
