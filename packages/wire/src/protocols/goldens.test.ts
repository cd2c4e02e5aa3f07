import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseObject } from '../json/fields.ts';
import type { Json, TextProtocolId } from '../protocol.ts';
import { codecOf, codecs, contextFor, egressOf, eventsOf, targetModels, upstreams } from './testing/codecs.ts';
import { named } from '../models/testing/named.ts';

/**
 * One input and, beside it, one expected file for each target: `<protocol>/fixtures/<case>/request.json` and
 * `request.to.<target>.json`; so too `response.json`, `stream.sse`, `error.json`. An expected file that is missing is
 * written when UPDATE_GOLDENS is set (and all are written anew when it is `all`); read it before committing it.
 */
const mode = process.env['UPDATE_GOLDENS'];

function compare(file: string, actual: string): void {
  if (mode === 'all' || (mode !== undefined && !existsSync(file))) writeFileSync(file, actual);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : `${file} is missing; run with UPDATE_GOLDENS=1`).toBe(actual);
}

const pretty = (json: Json): string => `${JSON.stringify(json, null, 2)}\n`;

const losses = (list: readonly { readonly path: string; readonly kind: string; readonly detail: string }[]): Json =>
  list.map(({ path: at, kind, detail }) => `${kind} ${at}: ${detail}`);

for (const from of upstreams.keys()) {
  const folder = path.join(import.meta.dirname, from, 'fixtures');
  if (!existsSync(folder)) continue;
  for (const name of readdirSync(folder).sort()) {
    const at = (file: string): string => path.join(folder, name, file);
    for (const to of upstreams.keys()) {
      if (to === from) continue;
      describe(`${from} to ${to}: ${name}`, () => {
        if (existsSync(at('request.json'))) test('request', () => translateRequest(from, to, at));
        if (!codecs.has(to)) return;
        if (existsSync(at('response.json'))) test('response', () => translateResponse(from, to, at));
        if (existsSync(at('stream.sse'))) test('stream', () => translateStream(from, to, at));
        if (existsSync(at('error.json'))) test('error', () => translateError(from, to, at));
      });
    }
  }
}

type At = (file: string) => string;

const readJson = (file: string): Json => JSON.parse(readFileSync(file, 'utf8')) as Json;

function translateRequest(from: TextProtocolId, to: TextProtocolId, at: At): void {
  const json = parseObject(readFileSync(at('request.json'), 'utf8')) ?? {};
  const read = codecOf(from).ingress.readRequest(json, { operation: 'chat' });
  if ('invalid' in read) throw new Error(read.invalid);
  const written = egressOf(to).writeRequest(read.value, named(targetModels[to]));
  const all = [...read.losses, ...written.losses];
  compare(at(`request.to.${to}.json`), pretty({ body: written.value, losses: losses(all) }));
}

function translateResponse(from: TextProtocolId, to: TextProtocolId, at: At): void {
  const answer = egressOf(from).readResponse(readJson(at('response.json')), { requestId: 'req1' });
  if ('failure' in answer) throw new Error(answer.failure.message);
  const written = codecOf(to).ingress.writeResponse(answer, contextFor());
  compare(at(`response.to.${to}.json`), pretty({ body: written.value, losses: losses(written.losses) }));
}

function translateStream(from: TextProtocolId, to: TextProtocolId, at: At): void {
  const events = eventsOf(egressOf(from), readFileSync(at('stream.sse'), 'utf8'));
  const writer = codecOf(to).ingress.writeEvents(contextFor());
  const text = events.map((event) => writer.write(event)).join('');
  compare(at(`stream.to.${to}.sse`), text);
}

function translateError(from: TextProtocolId, to: TextProtocolId, at: At): void {
  const { status, body } = readJson(at('error.json')) as { status: number; body: Json };
  const failure = egressOf(from).readError(status, JSON.stringify(body));
  const words = {
    status: failure.status,
    code: failure.code ?? 'upstream_error',
    type: failure.type ?? 'upstream_error',
    message: failure.message,
    param: failure.param ?? null,
  };
  compare(
    at(`error.to.${to}.json`),
    pretty({ status: words.status, body: codecOf(to).ingress.writeError(words, 'req1') }),
  );
}
