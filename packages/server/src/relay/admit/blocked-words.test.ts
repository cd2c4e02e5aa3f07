import { afterEach, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { setStage } from '../../endpoints/testing/stage.ts';
import { connected } from '../../endpoints/testing/socket-client.ts';
import { channelOf, openTestGateway, snapshotOf, type ChannelSpec } from '../testing/gateway.ts';
import { openScriptedSocket } from '../testing/scripted-socket.ts';
import { wholeAnswer } from '../testing/scripted-upstream.ts';

const stage = setStage();
const settings = { ...defaultSettings, safety: { blockedWords: ['forbidden fruit'] } };

test.each([
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'A Forbidden Fruit' }] }, 'error.code'],
  ['/v1/responses', { input: 'forbidden fruit' }, 'error.code'],
  ['/v1/messages', { max_tokens: 5, messages: [{ role: 'user', content: 'forbidden fruit' }] }, 'error.type'],
  ['/v1/embeddings', { input: ['apple', 'forbidden fruit'] }, 'error.code'],
] as const)('a blocked word is refused at %s before anything is held or asked', async (path, body, where) => {
  const up = await stage.upstream(wholeAnswer('Hi'));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { settings });
  const refused = await gate.post({ model: 'm', ...body }, { path });
  expect(refused.status).toBe(400);
  const said = await refused.text();
  expect(said).not.toContain('ruit');
  expect(JSON.parse(said)).toHaveProperty(where);
  expect(up.received).toEqual([]);
  expect(gate.records[0]).toMatchObject({ endReason: 'refused', attempts: [] });
  expect((await gate.verify()).problems).toEqual([]);
});

test('what has none passes', async () => {
  const up = await stage.upstream(wholeAnswer('Hi'));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { settings });
  const asked = await gate.post({ model: 'm', messages: [{ role: 'user', content: 'forbidden fruits' }] });
  expect(asked.status).toBe(200);
});

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** A gateway that blocks words, before an upstream that keeps what it is sent, and says so. */
async function holdingSessions(channel: Partial<ChannelSpec>) {
  const got: string[] = [];
  const up = openScriptedSocket({
    frame({ socket }, frame) {
      got.push(typeof frame === 'string' ? frame : new TextDecoder().decode(frame));
      socket.send(JSON.stringify({ type: 'got', count: got.length }));
    },
  });
  open.push(up);
  const baseUrl = channel.provider === 'gemini' ? up.baseUrl.replace('/v1', '') : up.baseUrl;
  const gate = await openTestGateway(snapshotOf([channelOf({ id: 'a', ...channel, baseUrl })], settings));
  open.push(gate);
  return { gate, got, up };
}

test('within a session of Realtime an event with a blocked word is left out and told, and sound passes unread', async () => {
  const { gate, got } = await holdingSessions({});
  const one = await connected(gate, '/v1/realtime?model=m');
  const say = (text: string): void => {
    const content = [{ type: 'input_text', text }];
    one.say({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  };
  say('a FORBIDDEN fruit');
  const refused = await one.next(({ type }) => type === 'error');
  expect(refused).toMatchObject({ error: { code: 'sensitive_words_detected' } });
  expect(JSON.stringify(refused)).not.toContain('ruit');
  one.say({ type: 'session.update', session: { type: 'realtime', instructions: 'Forbidden fruit only.' } });
  await one.next(({ type }) => type === 'error', 1);
  say('an allowed fruit');
  one.say({ type: 'input_audio_buffer.append', audio: 'forbidden fruit' });
  const audio = [{ type: 'input_audio', audio: 'forbidden fruit' }];
  one.say({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: audio } });
  await one.next(({ count }) => count === 3);
  expect(got.map((frame) => (JSON.parse(frame) as { type: string }).type)).toEqual([
    'conversation.item.create',
    'input_audio_buffer.append',
    'conversation.item.create',
  ]);
  expect(got[0]).toContain('an allowed fruit');
  one.close();
  await gate.recorded(1);
  expect((await gate.verify()).problems).toEqual([]);
});

test('so it is in sessions of Gemini Live, which have no errors but the end', async () => {
  const { gate, got, up } = await holdingSessions({ provider: 'gemini' });
  const path = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=sk-test';
  const setup = { setup: { model: 'models/m' } };
  const said = [
    { clientContent: { turns: [{ role: 'user', parts: [{ text: 'forbidden fruit' }] }], turnComplete: true } },
    { realtimeInput: { text: 'Forbidden fruit' } },
  ];
  for (const [index, event] of said.entries()) {
    const one = await connected(gate, path, { key: '' });
    one.say(setup);
    one.say({ realtimeInput: { audio: { mimeType: 'audio/pcm', data: 'forbidden fruit' } } });
    one.say(event);
    expect((await one.ended)[0]).toBe(1007);
    expect(got.length).toBe(2 * (index + 1));
  }
  expect(got.join()).not.toContain('"text"');
  const sessions = up.sessions.length;
  const one = await connected(gate, path, { key: '' });
  one.say({ setup: { model: 'models/m', systemInstruction: { parts: [{ text: 'forbidden fruit' }] } } });
  expect((await one.ended)[0]).toBe(1007);
  // Nobody was asked for the session that would have begun so.
  expect(up.sessions.length).toBe(sessions);
  await gate.recorded(3);
  expect(new Set(gate.records.map(({ errorCode }) => errorCode))).toEqual(new Set(['sensitive_words_detected']));
  expect((await gate.verify()).problems).toEqual([]);
});
