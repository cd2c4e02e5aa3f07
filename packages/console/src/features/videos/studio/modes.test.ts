import { describe, expect, test } from 'bun:test';
import { factsOf, failureIn, modelsFor, modes, newDraft, readMade, type Draft, type Mode } from './modes.ts';

const draft: Draft = {
  ...newDraft,
  prompt: ' A cat ',
  pictures: [new File(['PNG'], 'cat.png', { type: 'image/png' })],
  recording: new File(['RIFF'], 'cat.wav', { type: 'audio/wav' }),
};

describe('a mode', () => {
  test('is ready once there is what it needs', () => {
    expect(modes.filter((mode) => factsOf[mode].isReady(newDraft))).toEqual([]);
    expect(modes.filter((mode) => !factsOf[mode].isReady(draft))).toEqual([]);
    expect(factsOf.edit.isReady({ ...draft, pictures: [] })).toBe(false);
    expect(factsOf.transcription.isReady({ ...draft, prompt: '' })).toBe(true);
  });

  test('says what is wished for, and leaves the rest to the model', () => {
    const bodyOf = (mode: Mode, asked: Draft, pictures: readonly string[] = []) => {
      const { body } = factsOf[mode].order('m', asked, pictures);
      return body instanceof FormData ? [...body.keys()] : body;
    };
    expect(bodyOf('image', draft)).toEqual({ model: 'm', prompt: 'A cat', n: 1 });
    expect(bodyOf('image', { ...draft, size: '1024x1024', quality: 'low', count: 2 })).toEqual({
      model: 'm',
      prompt: 'A cat',
      n: 2,
      size: '1024x1024',
      quality: 'low',
    });
    expect(bodyOf('edit', draft)).toEqual(['model', 'prompt', 'n', 'image']);
    expect(bodyOf('transcription', { ...draft, language: 'de' })).toEqual([
      'model',
      'response_format',
      'language',
      'file',
    ]);
    expect(bodyOf('speech', draft)).toEqual({ model: 'm', input: 'A cat', voice: 'alloy', response_format: 'mp3' });
    expect(bodyOf('video', { ...draft, seconds: 5, size: '1280x720' }, ['data:image/png;base64,UE5H'])).toEqual({
      model: 'm',
      prompt: 'A cat',
      seconds: '5',
      size: '1280x720',
      input_reference: { image_url: 'data:image/png;base64,UE5H' },
    });
    expect(bodyOf('music', { ...draft, title: 'Purr', instrumental: true })).toEqual({
      gpt_description_prompt: 'A cat',
      make_instrumental: true,
      title: 'Purr',
    });
  });
});

test('models that are known to do it come first, and those that cannot are left out', () => {
  const models = [
    { name: 'a-chat', operations: ['chat'] },
    { name: 'b-unknown', operations: null },
    { name: 'c-image', operations: null },
    { name: 'd-draws', operations: ['images'] },
  ];
  expect(modelsFor('image', models)).toEqual(['d-draws', 'c-image', 'b-unknown']);
  // Whoever draws can change pictures, too.
  expect(modelsFor('edit', models)).toEqual(['d-draws', 'c-image', 'b-unknown']);
});

test('answers are read as what they are', () => {
  expect(
    readMade('image', { data: [{ b64_json: 'UE5H' }, { url: 'https://a.test/1.png' }], output_format: 'webp' }),
  ).toEqual({
    kind: 'pictures',
    addresses: ['data:image/webp;base64,UE5H', 'https://a.test/1.png'],
  });
  expect(readMade('image', { data: [] })).toBeUndefined();
  expect(readMade('transcription', { text: '' })).toEqual({ kind: 'text', text: '' });
  expect(readMade('video', { id: 'video_1' })).toEqual({ kind: 'task', taskId: 'video_1' });
  expect(readMade('music', { code: 'success', data: 'task_1' })).toEqual({ kind: 'task', taskId: 'task_1' });
  expect(readMade('video', 'nothing')).toBeUndefined();
});

test('failures are told in the gateway’s words', () => {
  expect(failureIn(402, { error: { message: 'The balance is too low.' } })).toBe('The balance is too low.');
  expect(failureIn(400, { code: 'invalid_request', message: 'No such model.' })).toBe('No such model.');
  expect(failureIn(502, undefined)).toBe('HTTP 502');
});
