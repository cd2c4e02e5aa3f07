// The gateway as a stranger on the wire finds it: bytes that no client library sends.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../env.ts';
import { openFoundation, type Foundation } from '../foundation.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import { isPlainSegment } from './plain-paths.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let foundation: Foundation;
let gateway: Gateway;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-door-test-'));
  const read = readEnvironment({ TOLLGATE_DATA: folder, HOST: '127.0.0.1', PORT: '0' });
  if ('problems' in read) throw new Error(read.problems.join());
  foundation = await openFoundation(read.environment, silent);
  gateway = await startGateway({ foundation, nodeId: 'node_door', sharePort: false, consoleFiles: () => new Map() });
});
afterAll(async () => {
  await gateway.stop(100);
  await foundation.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sends a head as it is written, and reads until the gateway closes. */
function ask(head: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => socket.write(`${head}\r\n\r\n`));
    let text = '';
    socket.on('data', (piece) => (text += piece.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(text.split(' ')[1]), text }));
  });
}
const get = (path: string, host = 'gate.example', method = 'GET') =>
  ask(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 0`);

describe('the door of the gateway', () => {
  test.each([
    '/v1/../api/v1/site',
    '/v1/..\\api/v1/site',
    '/v1\\..\\api\\v1\\site',
    '/public/%2e%2e/api/v1/site',
    '/public/.%2E/api/v1/site',
    '/public/..%5Capi/v1/site',
    '/public/..%2fapi%2fv1%2fsite',
    '/./api/v1/site',
    '/api/v1/./site',
    '/api/v1/site/.',
    '/api/v1/site/x/..',
    '/api/v1/site/x/../',
    '//api/v1/site',
    '/api//v1/site',
    '/api/v1/site#/public',
    'http://elsewhere/public/../api/v1/site',
    `${'/x'.repeat(40)}/..`,
  ])('refuses the path %s, which a proxy may have taken for another', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('invalid_request');
  });

  test.each([
    ['/api/v1/site', 200],
    ['/api/v1/site?next=/../x', 200],
    ['/v1/models/org%2Fmodel-1.5', 401],
    ['/v1beta/models/gemini-2.5-pro:generateContent', 401],
    ['/v1/models/..model', 401],
    ['/keys/', 200],
    ['/', 200],
    ['/healthz', 200],
  ] as const)('knows the path %s', async (path, status) => {
    expect((await get(path, undefined, path.includes(':') ? 'POST' : 'GET')).status).toBe(status);
  });

  test.each(['gate:99999', 'gate:65536', 'gate:123456', 'a/b', 'a b', '[::1', 'a@b', 'a\\b', '[1:2]'])(
    'refuses the host %s with a 400 on the side of the console',
    async (host) => {
      for (const path of ['/', '/api/v1/site', '/api/docs']) expect((await get(path, host)).status).toBe(400);
      // To applications their host means nothing.
      expect((await get('/v1/models', host)).status).toBe(401);
      expect((await get('/v1/responses/resp_1?include[]=x', host)).status).toBe(401);
    },
  );

  test('answers a request without a host', async () => {
    for (const path of ['/healthz', '/', '/api/docs']) expect((await ask(`GET ${path} HTTP/1.0`)).status).toBe(200);
    expect((await ask('GET /public/../api/docs HTTP/1.0')).status).toBe(400);
  });
});

test('a segment is plain when nobody can read it in two ways', () => {
  for (const plain of ['gpt-4.1', '..a', 'a..', '...', 'org/model.x', '.well-known', ''])
    expect([plain, isPlainSegment(plain)]).toEqual([plain, true]);
  for (const strange of ['.', '..', 'a/..', '../a', 'a/./b', 'a\\b', 'a#b'])
    expect([strange, isPlainSegment(strange)]).toEqual([strange, false]);
});
