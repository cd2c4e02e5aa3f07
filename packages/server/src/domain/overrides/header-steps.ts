import { isOwnHeader, type OverrideMode } from '@tollgate/contract/api/overrides';
import { at, isList, isObject } from '@tollgate/wire/json/fields';
import { editAt, readPath, valuesAt } from '@tollgate/wire/json/path';
import { textOf } from '@tollgate/wire/json/scalars';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import type { Complain } from './mistakes.ts';
import { compilePassing, mayPass } from './passing.ts';
import type { Operation, Run, Step } from './run.ts';

type HeaderMode = Extract<
  OverrideMode,
  'set_header' | 'delete_header' | 'copy_header' | 'move_header' | 'pass_headers'
>;

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;

/** A step that edits the headers of the request. */
export function compileHeaderStep(mode: HeaderMode, operation: Operation, complain: Complain): Step | undefined {
  const { path, value, keep_origin: keep = false, from, to } = operation;
  switch (mode) {
    case 'set_header': {
      const name = readName(path, 'path', complain);
      const write = compileValue(value, complain);
      if (name === undefined || !write) return undefined;
      return (run) => {
        if (keep && run.headers.get(name) !== undefined) return;
        put(run, name, write(run, name));
      };
    }
    case 'delete_header': {
      const name = readName(path, 'path', complain);
      return name === undefined ? undefined : (run) => void run.headers.set(name, undefined);
    }
    case 'copy_header':
    case 'move_header': {
      const source = readName(from, 'from', complain);
      const target = readName(to, 'to', complain);
      if (source === undefined || target === undefined) return undefined;
      return (run) => {
        const found = headerOf(run, source);
        if (found === undefined || (keep && run.headers.get(target) !== undefined)) return;
        if (mode === 'move_header') run.headers.set(source, undefined);
        put(run, target, found);
      };
    }
    case 'pass_headers': {
      const pass = compilePassing(namesIn(value), (below, problem, instead) =>
        complain(`value.${below}`, problem, instead),
      );
      if (!pass) complain('value', 'names no headers', '["anthropic-beta", "re:^x-stainless-"]');
      return pass && ((run) => pass(run, keep));
    }
  }
}

/** A name that may be written; undefined, and a complaint, for one that may not. */
function readName(name: string | undefined, field: string, complain: Complain): string | undefined {
  if (name === undefined || !headerName.test(name)) {
    complain(field, name === undefined ? 'is missing' : 'is no name of a header', 'such as "anthropic-beta"');
    return undefined;
  }
  if (isOwnHeader(name)) {
    complain(field, `"${name}" is written by the gateway itself`);
    return undefined;
  }
  return name.toLowerCase();
}

/** What the channel has set so far, else what the client sent, if that may pass. */
function headerOf(run: Run, name: string): string | undefined {
  if (run.headers.has(name)) return run.headers.get(name);
  return mayPass(name) ? run.scope.clientHeader(name) : undefined;
}

/** Sets a header; a value that would break out of its line is not set. */
export function put(run: Run, name: string, value: string | undefined): void {
  if (value !== undefined && headerValue.test(value)) run.headers.set(name, value);
}

function namesIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return value.split(',').map((name) => name.trim());
  if (isList(value)) return value.filter((name) => typeof name === 'string');
  if (isObject(value)) return namesIn(at(value, 'headers') ?? at(value, 'names'));
  return [];
}

type WriteValue = (run: Run, name: string) => string | undefined;

function compileValue(value: Json | undefined, complain: Complain): WriteValue | undefined {
  if (isObject(value)) return compileTokens(value);
  const text = textOf(value);
  if (text === undefined) {
    complain(
      'value',
      'is missing',
      'a text, or how the words of a list are changed: {"old": "new", "$append": ["more"]}',
    );
    return undefined;
  }
  return compileTemplate(text, (problem, instead) => complain('value', problem, instead));
}

/** Whether a value depends on what the client sent. */
export const isOfClient = (template: string): boolean => template.includes('{client_header:');

/** A header's value: `{api_key}` stands for the account's key, `{client_header:NAME}` for what the client sent. */
export function compileTemplate(
  template: string,
  complain: (problem: string, instead?: string) => void,
): (run: Run) => string | undefined {
  const client = /^\{client_header:([^{}]+)\}$/.exec(template)?.[1]?.trim();
  if (client !== undefined) {
    const name = client.toLowerCase();
    if (!mayPass(name)) complain(`"${client}" never passes: it is the client’s credential, or of its own connection`);
    return ({ scope }) => (mayPass(name) ? scope.clientHeader(name) : undefined);
  }
  if (isOfClient(template)) complain('`{client_header:…}` must be the whole value', '"{client_header:x-session-id}"');
  if (!template.includes('{api_key}')) return () => template;
  return ({ scope }) => template.replaceAll('{api_key}', () => scope.apiKey);
}

/**
 * Edits a comma-separated header word by word: each word becomes what the map says of it (null takes it out), or what `*`
 * says; `$append` adds words, `$keep_only_declared` drops those that are not named.
 */
function compileTokens(map: JsonObject): WriteValue {
  const others = at(map, '*');
  const append = wordsOf(at(map, '$append'));
  const onlyDeclared = at(map, '$keep_only_declared') === true;
  return (run, name) => {
    const before = (headerOf(run, name) ?? '').split(',').map((word) => word.trim());
    const after = before
      .filter((word) => word !== '')
      .flatMap((word): readonly string[] => {
        if (word !== '*' && !word.startsWith('$') && Object.hasOwn(map, word)) return wordsOf(at(map, word));
        if (others !== undefined) return wordsOf(others);
        return onlyDeclared ? [] : [word];
      });
    const words = [...new Set([...after, ...append])];
    if (words.length > 0) return words.join(',');
    if (run.headers.get(name) !== undefined) run.headers.set(name, undefined);
    return undefined;
  };
}

const wordsOf = (value: Json | undefined): readonly string[] =>
  isList(value) ? value.flatMap(wordsOf) : [textOf(value) ?? ''].filter((word) => word !== '');

/** A step that keeps a field of the body and a header alike: whichever is missing takes the other's value. */
export function compileSync({ from, to }: Operation, complain: Complain): Step | undefined {
  const [one, other] = [readSide(from, 'from', complain), readSide(to, 'to', complain)];
  if (!one || !other) return undefined;
  return (run) => {
    const [here, there] = [one.read(run), other.read(run)];
    if (here !== undefined && there === undefined) other.write(run, here);
    else if (there !== undefined && here === undefined) one.write(run, there);
  };
}

type Side = { read(run: Run): string | undefined; write(run: Run, value: string): void };

function readSide(text: string | undefined, field: string, complain: Complain): Side | undefined {
  const [, kind, rest = ''] = /^(json|header):(.+)$/.exec(text ?? '') ?? [];
  if (kind === 'header') {
    const name = readName(rest, field, complain);
    return name === undefined
      ? undefined
      : { read: (run) => headerOf(run, name), write: (run, value) => put(run, name, value) };
  }
  if (kind === undefined) {
    complain(field, 'is neither a field nor a header', '"json:metadata.user_id" or "header:x-session-id"');
    return undefined;
  }
  const path = readPath(rest);
  return {
    read: (run) => textOf(valuesAt(run.json, path)[0]),
    write: (run, value) => void (run.json = editAt(run.json, path, () => value)),
  };
}
