import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { balanced, verify } from '../account.ts';
import { chromiumPath } from './chromium.ts';
import { openStage, type Stage } from './stage.ts';

/** Making pictures, sound and films in the console: from the words to what is seen and heard, and what it costs. */

const config = (baseUrl: string): string => `
channels:
  - name: main
    provider: openai
    baseUrl: ${baseUrl}
    credentials: [{ apiKey: upstream-secret }]
    models: [gpt-image-1, tts-1, whisper-1, sora-2]
    groups: [default]
models:
  - { name: gpt-image-1, price: { perImage: 0.02 } }
  - { name: tts-1, price: { perCall: 0.01 } }
  - { name: whisper-1, price: { perCall: 0.01 } }
  - { name: sora-2, price: { perSecond: 0.1 } }
groups:
  - { name: default, multiplier: 1 }
`;

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==';

/** A film that the browser itself has made of a canvas, which is the one that it is sure to play. */
const film = async (page: Page): Promise<Buffer<ArrayBuffer>> =>
  Buffer.from(
    await page.evaluate(async () => {
      const canvas = document.createElement('canvas');
      canvas.width = 64;
      canvas.height = 36;
      const brush = canvas.getContext('2d');
      const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm' });
      const parts: Blob[] = [];
      recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
      const over = new Promise((resolve) => recorder.addEventListener('stop', resolve));
      recorder.start();
      for (let at = 0; at < 5; at++) {
        if (brush) brush.fillStyle = `hsl(${at * 60} 80% 50%)`;
        brush?.fillRect(0, 0, 64, 36);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      recorder.stop();
      await over;
      const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    }),
    'base64',
  );

/** A second of silence, as a WAV file. */
function silence(): Buffer<ArrayBuffer> {
  const samples = 8000;
  const bytes = Buffer.alloc(44 + samples, 128);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(8000, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples, 40);
  return bytes;
}

describe.skipIf(chromiumPath === undefined)('the studio in a browser', () => {
  let stage: Stage;
  let admin: Stage['admin'];
  let view: Stage['view'];
  let page: Stage['page'];
  let made = Buffer.alloc(0);
  let isDone = false;
  const asked: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[] = [];

  /** Plays the vendor of everything that is made here. */
  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method === 'POST') {
      const isForm = request.headers.get('content-type')?.startsWith('multipart/') === true;
      const body = isForm ? Object.fromEntries((await request.formData()).entries()) : await request.json();
      asked.push({ path: pathname, body: body as Readonly<Record<string, unknown>> });
    }
    const video = { id: 'video_upstream', object: 'video', model: 'sora-2', seconds: '4', size: '1280x720' };
    switch (pathname) {
      case '/v1/images/generations':
      case '/v1/images/edits':
        return Response.json({ created: 1, output_format: 'png', data: [{ b64_json: png }] });
      case '/v1/audio/speech':
        return new Response(silence(), { headers: { 'content-type': 'audio/wav' } });
      case '/v1/audio/transcriptions':
        return Response.json({ text: 'Purr, said the cat.' });
      case '/v1/videos':
        return Response.json({ ...video, status: 'queued', progress: 0 });
      case '/v1/videos/video_upstream':
        return Response.json(
          isDone ? { ...video, status: 'completed', progress: 100 } : { ...video, status: 'in_progress', progress: 40 },
        );
      case '/v1/videos/video_upstream/content':
        if (searchParams.get('variant') === 'thumbnail')
          return new Response(Buffer.from(png, 'base64'), { headers: { 'content-type': 'image/png' } });
        return new Response(made, { headers: { 'content-type': 'video/webm' } });
      default:
        return Response.json({ error: { message: 'There is no such thing.' } }, { status: 404 });
    }
  }

  const choose = async (mode: string): Promise<void> => {
    await page.getByRole('radio', { name: mode, exact: true }).check({ force: true });
  };
  const prompt = (words: string) => page.getByRole('textbox', { name: 'Prompt' }).fill(words);

  beforeAll(async () => {
    stage = await openStage({
      config,
      answer,
      credit: '5',
      path: '/studio',
    });
    ({ admin, view, page } = stage);
  }, 60_000);

  afterAll(async () => await stage?.close());

  test('who has no key is told what for; pictures are made and changed', async () => {
    await page.getByText('A key is needed first').waitFor();
    await admin.createKey('making');
    await page.reload();
    await prompt('A cat on a gate');
    await view.press('Make pictures');
    await page.getByRole('img', { name: 'A cat on a gate' }).waitFor();
    await page.getByText('$0.02').first().waitFor();
    await choose('Change a picture');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'cat.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
    await prompt('With a hat');
    await view.look('studio-edit');
    await view.press('Change the pictures');
    await page.getByRole('img', { name: 'With a hat' }).waitFor();
    expect(asked.map(({ path, body }) => [path, body['prompt']])).toEqual([
      ['/v1/images/generations', 'A cat on a gate'],
      ['/v1/images/edits', 'With a hat'],
    ]);
    expect(asked[1]?.body['image']).toBeInstanceOf(File);
  }, 60_000);

  test('a text is spoken, and a recording written down', async () => {
    await choose('Speech');
    await page.getByRole('textbox', { name: 'Text' }).fill('Purr');
    await view.press('Speak it');
    const player = page.locator('audio');
    await player.waitFor();
    expect(
      await player.evaluate(
        (audio: HTMLAudioElement) =>
          new Promise<number>((resolve) => {
            if (audio.readyState > 0) resolve(audio.duration);
            else audio.addEventListener('loadedmetadata', () => resolve(audio.duration), { once: true });
          }),
      ),
    ).toBe(1);
    await choose('Transcription');
    await page.locator('input[type=file]').setInputFiles({ name: 'cat.wav', mimeType: 'audio/wav', buffer: silence() });
    await view.press('Write it down');
    await page.getByText('Purr, said the cat.').waitFor();
  }, 60_000);

  test('a film is made, from its words to where it plays', async () => {
    made = await film(page);
    await choose('Video');
    await prompt('A cat that jumps');
    await page.getByRole('textbox', { name: 'Length in seconds' }).fill('4');
    await view.press('Make the video');
    await page.getByText('Being made, 40%').waitFor();
    await view.look('studio-making');
    isDone = true;
    const player = page.locator('video');
    await player.waitFor();
    expect(await player.getAttribute('poster')).toEndWith('?width=640');
    await player.evaluate(async (video: HTMLVideoElement) => {
      video.muted = true;
      await video.play();
      await new Promise((resolve) => {
        if (video.currentTime > 0) resolve(undefined);
        else video.addEventListener('timeupdate', resolve, { once: true });
      });
    });
    expect(await player.evaluate((video: HTMLVideoElement) => [video.videoWidth, video.currentTime > 0])).toEqual([
      64,
      true,
    ]);
    // 4 seconds at 10 cents.
    await page.getByText('$0.40').first().waitFor();
    await page.getByRole('link', { name: 'Details' }).click();
    await page.getByText('What became of it').waitFor();
    await page.getByText('Submitted').waitFor();
    await view.look('task');
    await page.getByRole('link', { name: 'Make again' }).click();
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe('A cat that jumps');
    expect(await verify(stage.gateway)).toEqual(balanced);
    expect(view.wrong).toEqual([]);
  }, 90_000);
});
