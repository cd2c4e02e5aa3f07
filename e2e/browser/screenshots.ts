// Makes the pictures of the README and of docs/ from the demonstration: `bun e2e/browser/screenshots.ts`.

import path from 'node:path';
import { onDemo } from './demo.ts';

const root = path.join(import.meta.dirname, '..', '..');
const pictures = [
  { page: '/home', shows: 'Needs attention', file: 'console.png', colorScheme: 'light' },
  { page: '/channels', shows: 'openai-main', file: 'channels.png', colorScheme: 'dark' },
  { page: '/models', shows: 'gpt-4o-mini', file: 'models.png', colorScheme: 'light' },
] as const;

// Without traffic of its own, which is as slow as the machine happens to be.
await onDemo(['--traffic', '0'], async (page, url) => {
  for (const { page: at, shows, file, colorScheme } of pictures) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${url}${at}`);
    await page.getByText(shows).first().waitFor();
    await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
    await page.screenshot({ path: path.join(root, 'docs', 'images', file) });
  }
});
