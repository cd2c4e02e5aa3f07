import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';
import { openStage, type Stage } from './stage.ts';

/** New models of all upstreams: looked at and served together, with one that does not answer among them. */

describe.skipIf(chromiumPath === undefined)('new models upstream', () => {
  let stage: Stage;
  let page: Page;
  const listed = new Map<string, readonly string[] | undefined>([
    ['first-secret', ['old', 'aging']],
    ['second-secret', ['old']],
    ['third-secret', ['old']],
  ]);

  beforeAll(async () => {
    stage = await openStage({
      config: () => '',
      answer: (request) => {
        const names = listed.get(request.headers.get('authorization')?.replace('Bearer ', '') ?? '');
        if (names === undefined) return Response.json({ error: { message: 'it rests' } }, { status: 503 });
        return Response.json({ object: 'list', data: names.map((id) => ({ id, object: 'model' })) });
      },
      credit: '1',
      path: '/model-watches',
    });
    ({ page } = stage);
  }, 60_000);
  afterAll(async () => {
    await stage?.close();
  });

  const channel = async (name: string, models: readonly string[], vendor: string): Promise<string> => {
    const { body } = await stage.admin.call<{ id: string }>('POST', '/channels', {
      name,
      provider: 'openai',
      baseUrl: vendor,
      credentials: [{ apiKey: `${name}-secret` }],
      models: models.map((model) => ({ name: model })),
      watchModels: 'tell',
    });
    return body.id;
  };
  const modelsOf = async (id: string): Promise<readonly string[]> => {
    const { body } = await stage.admin.call<{ models: readonly { name: string }[] }>('GET', `/channels/${id}`);
    return body.models.map(({ name }) => name).toSorted();
  };

  test('are looked at and served over all channels', async () => {
    await page.getByText('No channel is watched').waitFor();
    const ids = [
      await channel('first', ['old', 'aging'], stage.vendor),
      await channel('second', ['old'], stage.vendor),
      await channel('third', ['old'], stage.vendor),
    ];
    await page.reload();
    await page.getByText('Watched, and not looked at yet.').first().waitFor();
    await stage.view.press('Look at all');
    await page
      .getByText(/nothing new/)
      .nth(2)
      .waitFor();

    listed.set('first-secret', ['old', 'fresh']);
    listed.set('second-secret', ['old', 'fresh', 'fresher']);
    listed.set('third-secret', undefined);
    await stage.view.press('Look at all');
    await page.getByText('2 new models').waitFor();
    await page.getByText(/The last look failed/).waitFor();
    await stage.view.look('new models of many channels');

    await stage.view.press('Serve all');
    await page.getByText('Serve what is new on 2 channels?').waitFor();
    await page.getByText('Also stop serving the one that is not listed any more').click();
    await page.getByText('− aging').waitFor();
    await stage.view.look('serving new models of many channels');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Serve all' }).click();
    await page.getByText('Nothing is new', { exact: true }).waitFor();
    expect(await Promise.all(ids.map(modelsOf))).toEqual([['fresh', 'old'], ['fresh', 'fresher', 'old'], ['old']]);
  }, 90_000);
});
