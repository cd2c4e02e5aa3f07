import { useState } from 'react';
import {
  useForm,
  type DefaultValues,
  type FieldErrors,
  type FieldValues,
  type Path,
  type Resolver,
  type UseFormReturn,
} from 'react-hook-form';
import { errorOf } from '../../lib/error-of.ts';
import { ApiError } from '../../lib/client.ts';
import type { z } from '../../lib/zod.ts';
import { issueWords } from './issue-words.ts';
import { useFormWords } from './words.ts';

type FormSchema = z.ZodType<unknown, FieldValues>;

type Options<S extends FormSchema> = {
  /** The contract's own, so that here is refused what the gateway would refuse. */
  readonly schema: S;
  /** What the fields show at first: a value for each field on the page, and for nothing else. */
  readonly values: z.input<S>;
  /** Sends what was entered, as the schema has read it. What it throws goes to the field that it names, or above the form. */
  readonly send: (values: z.output<S>) => Promise<void>;
  /** Better words than those of the rule, by the field. */
  readonly messages?: Readonly<Record<string, string>>;
};

export type SchemaForm<V extends FieldValues> = UseFormReturn<V> & {
  /** Checks and sends. */
  readonly submit: () => Promise<void>;
  /** A failure that belongs to no single field. */
  readonly failure: Error | undefined;
};

/** The one way a form here works: entered, checked by the contract's schema, sent; what is wrong goes to its field. */
export function useSchemaForm<S extends FormSchema>({
  schema,
  values,
  send,
  messages = {},
}: Options<S>): SchemaForm<z.input<S>> {
  const t = useFormWords();
  const [failure, setFailure] = useState<Error>();
  const resolver: Resolver<z.input<S>> = (entered) => {
    const read = schema.safeParse(entered);
    if (read.success) return { values: entered, errors: {} };
    const errors: FieldErrors = {};
    for (const issue of read.error.issues) {
      const path = issue.path.join('.');
      put(errors, issue.path, messages[path] ?? issueWords(issue, t));
    }
    return { values: {}, errors: errors as FieldErrors<z.input<S>> };
  };
  const form = useForm<z.input<S>>({
    defaultValues: values as DefaultValues<z.input<S>>,
    resolver,
    mode: 'onTouched',
    reValidateMode: 'onChange',
    // The summary takes the focus, or the field when it is the only one.
    shouldFocusError: false,
  });
  const send_ = async (entered: z.input<S>): Promise<void> => {
    setFailure(undefined);
    try {
      await send(schema.parse(entered));
    } catch (error) {
      if (error instanceof ApiError && error.param !== undefined && hasField(form.getValues(), error.param)) {
        const name = error.param as Path<z.input<S>>;
        form.setError(name, { type: 'gateway', message: error.message });
        form.setFocus(name);
      } else setFailure(errorOf(error));
    }
  };
  return {
    ...form,
    failure,
    submit: form.handleSubmit(send_, (found) => {
      setFailure(undefined);
      const names = namesOf(found);
      if (names.length === 1 && names[0] !== undefined) form.setFocus(names[0] as Path<z.input<S>>);
    }),
  };
}

/** Puts what is wrong to its place in the tree of errors; the first thing said of a field stays. */
function put(errors: FieldErrors, path: readonly PropertyKey[], message: string): void {
  let branch: Record<PropertyKey, unknown> = errors;
  for (const part of path.slice(0, -1)) {
    branch[part] ??= {};
    branch = branch[part] as Record<PropertyKey, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) branch[last] ??= { type: 'schema', message };
}

function hasField(values: FieldValues, path: string): boolean {
  let value: unknown = values;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(part in value)) return false;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return true;
}

/** Every field that has something wrong with it, by its dotted name. */
export function namesOf(errors: FieldErrors, prefix = ''): readonly string[] {
  return Object.entries(errors).flatMap(([name, error]): readonly string[] => {
    if (error === undefined || error === null) return [];
    if (typeof (error as { readonly message?: unknown }).message === 'string') return [`${prefix}${name}`];
    return namesOf(error as FieldErrors, `${prefix}${name}.`);
  });
}
