import type { FormEvent } from 'react';
import { useState } from 'react';
import { ApiError } from './client.ts';

/** Name of a field to what is wrong with it. */
export type Problems<Field extends string> = Readonly<Partial<Record<Field, string>>>;

const textOf = (data: FormData, name: string): string => {
  const value = data.get(name);
  return typeof value === 'string' ? value : '';
};

type FormOptions<Field extends string> = {
  readonly fields: readonly Field[];
  /** What is wrong before asking the gateway; it has the last word in any case. */
  check(values: Readonly<Record<Field, string>>): Problems<Field>;
  send(values: Readonly<Record<Field, string>>): Promise<void>;
};

export type FormState<Field extends string> = {
  readonly problems: Problems<Field>;
  /** A failure that belongs to no single field. */
  readonly failure: Error | undefined;
  readonly busy: boolean;
  onSubmit(event: FormEvent<HTMLFormElement>): void;
};

/** The one way a form here works: read, check, send; what is wrong goes to its field, and focus to the first one. */
export function useForm<Field extends string>({ fields, check, send }: FormOptions<Field>): FormState<Field> {
  const [problems, setProblems] = useState<Problems<Field>>(() => ({}) as Problems<Field>);
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);

  const submit = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form);
    const values = Object.fromEntries(fields.map((field) => [field, textOf(data, field)])) as Record<Field, string>;
    const show = (found: Problems<Field>): void => {
      setProblems(found);
      const first = fields.find((field) => found[field] !== undefined);
      if (first !== undefined) form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    };
    const found = check(values);
    setFailure(undefined);
    show(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await send(values);
    } catch (error) {
      const wrong = error instanceof ApiError ? fields.find((field) => field === error.param) : undefined;
      if (wrong !== undefined && error instanceof ApiError) show({ [wrong]: error.message } as Problems<Field>);
      else setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };

  return {
    problems,
    failure,
    busy,
    onSubmit: (event) => {
      event.preventDefault();
      void submit(event.currentTarget);
    },
  };
}

/** Rough on purpose: only what is certainly no address is refused here. */
export const emailProblem = (email: string): string | undefined =>
  /^\S+@\S+$/.test(email) ? undefined : 'Enter an e-mail address, such as you@example.com.';

export const passwordProblem = (password: string): string | undefined =>
  password.length < 8 ? 'Use 8 characters or more.' : undefined;

/** Takes the fields that have nothing wrong out. */
export function onlyProblems<Field extends string>(all: Readonly<Record<Field, string | undefined>>): Problems<Field> {
  const entries = Object.entries<string | undefined>(all).filter(([, problem]) => problem !== undefined);
  return Object.fromEntries(entries) as Problems<Field>;
}
