import {
  conditionModes,
  overrideModes,
  overrideOperationSchema,
  overridesInputSchema,
  overridesSchema,
  type Mistake,
} from '@tollgate/contract/api/overrides';
import { nearest } from '@tollgate/contract/nearest';
import type { z } from 'zod';
import { readHeaderOverride, readParamOverride } from '../../domain/overrides/as-elsewhere.ts';
import { compileOverrides } from '../../domain/overrides/compile.ts';
import type { Overrides } from '../../domain/overrides/run.ts';

/** Overrides, and everything that is wrong with them; undefined where they are not even of the right shape. */
export type ReadOverrides = { readonly overrides: Overrides | undefined; readonly mistakes: readonly Mistake[] };

/** Reads overrides as they are sent, with what was pasted in others' words read into them. */
export function readOverrides(sent: unknown): ReadOverrides {
  const given = overridesInputSchema.safeParse(sent);
  if (!given.success) return { overrides: undefined, mistakes: explain(given.error, sent) };
  const { paramOverride, headerOverride, headers, body } = given.data;
  const params = paramOverride && readParamOverride(paramOverride);
  if (paramOverride && !params) return wrong('paramOverride.operations', 'must be a list');
  const pasted = headerOverride && readHeaderOverride(headerOverride);
  if (headerOverride && !pasted) return wrong('headerOverride', 'must have texts as values');
  const merged = {
    headers: {
      set: {
        ...pasted?.set,
        ...Object.fromEntries(Object.entries(headers.set).map(([name, value]) => [name.toLowerCase(), value])),
      },
      remove: headers.remove.map((name) => name.toLowerCase()),
      pass: [...(pasted?.pass ?? []), ...headers.pass],
    },
    body: {
      ...body,
      set: { ...params?.set, ...body.set },
      operations: [...(params?.operations ?? []), ...body.operations],
    },
  };
  // Only what was pasted was not checked before.
  const read = overridesSchema.safeParse(merged);
  if (!read.success) return { overrides: undefined, mistakes: explain(read.error, merged) };
  return { overrides: read.data, mistakes: compileOverrides(read.data).mistakes };
}

/** The first mistake as a sentence. */
export const sentenceOf = ({ problem, instead }: Mistake): string =>
  instead === null ? problem : `${problem}; right would be ${instead}`;

const wrong = (path: string, problem: string): ReadOverrides => ({
  overrides: undefined,
  mistakes: [{ path, problem, instead: null }],
});

const fieldNames = [
  ...Object.keys(overridesInputSchema.shape),
  ...Object.keys(overrideOperationSchema.shape),
  'set',
  'remove',
  'pass',
  'operations',
  'invert',
  'pass_missing_key',
];
const words: readonly string[] = [...overrideModes, ...conditionModes, 'AND', 'OR'];

/** A schema's complaints with what would be right, where it can be guessed. */
function explain(error: z.ZodError, json: unknown): readonly Mistake[] {
  return error.issues.flatMap((issue): readonly Mistake[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...path, key].join('.'),
        problem: 'there is no such field',
        instead: quoted(nearest(key, fieldNames)),
      }));
    const value = valueAt(json, issue.path);
    if (issue.code === 'invalid_value' && typeof value === 'string') {
      const allowed = issue.values.map(String);
      return [
        {
          path: path.join('.'),
          problem: `"${value}" is none of its words`,
          instead:
            quoted(
              nearest(
                value,
                words.filter((word) => allowed.includes(word)),
              ),
            ) ?? allowed.join(', '),
        },
      ];
    }
    return [{ path: path.join('.'), problem: issue.message, instead: null }];
  });
}

const quoted = (word: string | undefined): string | null => (word === undefined ? null : `"${word}"`);

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step];
  }
  return value;
}
