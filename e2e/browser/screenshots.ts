// Makes the pictures of the README and of docs/ from the demonstration: `bun e2e/browser/screenshots.ts`.

import path from 'node:path';
import { chromiumPath, openBrowser } from './chromium.ts';

const root = path.join(import.meta.dirname, '..', '..');
const pictures = [
  { page: '/home', shows: 'Needs attention', file: 'console.png', colorScheme: 'light' },
  { page: '/channels', shows: 'openai-main', file: 'channels.png', colorScheme: 'dark' },
  { page: '/models', shows: 'gpt-4o-mini', file: 'models.png', colorScheme: 'light' },
] as const;

type Ready = { readonly url: string; readonly admin: { readonly email: string; readonly password: string } };

if (chromiumPath === undefined) throw new Error('There is no Chromium: name one in TOLLGATE_TEST_CHROMIUM.');
const demo = Bun.spawn([process.execPath, path.join(root, 'packages/server/src/main.ts'), 'demo', '--json'], {
  cwd: root,
  stdout: 'pipe',
  stderr: 'inherit',
});
try {
  let told = '';
  for await (const chunk of demo.stdout.pipeThrough(new TextDecoderStream())) {
    told += chunk;
    if (told.includes('\n')) break;
  }
  const { url, admin } = JSON.parse(told) as Ready;
  const browser = await openBrowser(chromiumPath);
  const page = await browser.context.newPage();
  await page.setViewportSize({ width: 1366, height: 860 });
  await page.goto(url);
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Hello' }).waitFor();
  for (const { page: at, shows, file, colorScheme } of pictures) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${url}${at}`);
    await page.getByText(shows).first().waitFor();
    await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
    await page.screenshot({ path: path.join(root, 'docs', 'images', file) });
  }
  await browser.close();
} finally {
  demo.kill();
  await demo.exited;
}
