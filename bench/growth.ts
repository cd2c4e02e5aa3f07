// What grows faster than its input? Requests of every protocol are inflated at one place at a time, read, and written for
// every protocol, at two sizes. Told is what takes long, and what takes much more than four times as long for four times
// as much: something in it looks at all the rest for each.
//
//   bun bench/growth.ts [elements]        default 2000; texts get forty times as many characters

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isList, isObject } from '@tollgate/wire/json/fields';
import { readJson } from '@tollgate/wire/json/read';
import { named } from '@tollgate/wire/models/testing/named';
import type { Json, TextProtocolId } from '@tollgate/wire/protocol';
import { codecs, targetModels, upstreams } from '@tollgate/wire/protocols/testing/codecs';
import { anthropicMessages } from '@tollgate/wire/protocols/anthropic-messages/protocol';
import { gemini } from '@tollgate/wire/protocols/gemini/protocol';
import { openaiChat } from '@tollgate/wire/protocols/openai-chat/protocol';
import { openaiResponses } from '@tollgate/wire/protocols/openai-responses/protocol';

const elements = Number(process.argv[2] ?? 2000);
const protocols = import.meta
  .resolveSync('@tollgate/wire/protocols/testing/codecs')
  .replace(/testing\/codecs\.ts$/, '');
const passthroughs = [openaiChat, openaiResponses, anthropicMessages, gemini];
const fillings = ['a', ' ', '.', '.aa?', '\n', '{', '[', '<', '-', '/', '"', '\\', '`', '中', '=', ';', ':', '#'];

type JsonPath = readonly (string | number)[];

function* placesOf(json: Json, at: JsonPath = []): Generator<readonly [JsonPath, Json]> {
  yield [at, json];
  if (isList(json)) for (const [index, item] of json.entries()) yield* placesOf(item, [...at, index]);
  else if (isObject(json)) for (const [name, value] of Object.entries(json)) yield* placesOf(value, [...at, name]);
}

function put(json: Json, [step, ...rest]: JsonPath, value: Json): Json {
  if (step === undefined) return value;
  if (isList(json)) return json.map((item, index) => (index === step ? put(item, rest, value) : item));
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, member]) => [name, name === step ? put(member, rest, value) : member]),
  );
}

/** Ways to have more at a place, each by how much. */
function* inflations(value: Json): Generator<readonly [string, (times: number) => Json]> {
  if (isList(value) && value.length > 0) {
    yield [
      'the same elements',
      (times) => Array.from({ length: times }, (_, index) => value[index % value.length] ?? null),
    ];
    yield [
      'elements of their own',
      (times) => Array.from({ length: times }, (_, index) => numbered(value[index % value.length] ?? null, index)),
    ];
  } else if (isObject(value)) {
    const [first] = Object.values(value);
    if (first !== undefined)
      yield [
        'members',
        (times) => ({
          ...value,
          ...Object.fromEntries(Array.from({ length: times }, (_, index) => [`m${index}`, first])),
        }),
      ];
  } else if (typeof value === 'string') {
    for (const filling of fillings)
      yield [`${value.slice(0, 20)} + "${filling}"`, (times) => value + filling.repeat((times * 40) / filling.length)];
  }
}

/** Its ids and names are its own. */
function numbered(json: Json, number: number): Json {
  if (isList(json)) return json.map((item) => numbered(item, number));
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name,
      typeof value === 'string' && /^(?:id|name|call_id|tool_call_id|tool_use_id|url|filename|title)$/.test(name)
        ? `${value}${number}`
        : numbered(value, number),
    ]),
  );
}

function* workOf(protocol: TextProtocolId, json: Json): Generator<readonly [string, () => void]> {
  if (!isObject(json)) return;
  const passthrough = passthroughs.find(({ id }) => id === protocol);
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  yield ['reading', () => void readJson(bytes)];
  if (passthrough)
    yield ['inspecting', () => void passthrough.inspect('chat', json, { maxOutputTokens: 1e6, maxChoices: 8 })];
  const ingress = codecs.get(protocol)?.ingress;
  if (!ingress) return;
  const read = ingress.readRequest(json, { operation: 'chat', model: 'm' });
  yield ['understanding', () => void ingress.readRequest(json, { operation: 'chat', model: 'm' })];
  if ('invalid' in read) return;
  for (const [to, egress] of upstreams)
    yield [`writing for ${to}`, () => void egress.writeRequest(read.value, named(targetModels[to]))];
}

/** Of the processor's time, so that a busy machine does not count. */
function msOf(work: () => void): number {
  const since = process.cpuUsage();
  work();
  return process.cpuUsage(since).user / 1000;
}

/** A collection of garbage only makes it longer. */
const leastMsOf = (work: () => void): number => Math.min(...[1, 2, 3, 4].map(() => msOf(work)));

for (const protocol of codecs.keys()) {
  const folder = path.join(protocols.replace(/^file:\/\//, ''), protocol, 'fixtures');
  let names: readonly string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    continue;
  }
  for (const name of names) {
    let request: Json;
    try {
      request = JSON.parse(readFileSync(path.join(folder, name, 'request.json'), 'utf8')) as Json;
    } catch {
      continue;
    }
    for (const [place, value] of placesOf(request))
      for (const [how, inflate] of inflations(value)) {
        const large = [...workOf(protocol, put(request, place, inflate(elements * 4)))];
        const small = new Map(workOf(protocol, put(request, place, inflate(elements))));
        for (const [what, work] of large) {
          const ms = msOf(work);
          if (ms < 40) continue;
          const before = leastMsOf(small.get(what) ?? work);
          const again = leastMsOf(work);
          if (again > 40 && again > before * 8)
            console.log(
              `${protocol}/${name} ${place.join('.')} [${how}] ${what}: ${before.toFixed(0)} -> ${again.toFixed(0)} ms`,
            );
        }
      }
  }
}
