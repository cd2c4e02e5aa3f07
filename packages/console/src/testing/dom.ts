import { GlobalRegistrator } from '@happy-dom/global-registrator';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Words } from '../lib/i18n.ts';

const english = path.join(import.meta.dirname, '../locales/en');

/**
 * A document for tests of parts, with all words in English. Parts are imported after it (`await import`), because what
 * draws them looks for a document when it is loaded. Ends with {@link closeDom}: other tests want the plain globals.
 */
export async function openDom(): Promise<void> {
  GlobalRegistrator.register({ url: 'http://localhost/', width: 1280, height: 800 });
  // The switch by which React knows that `act` is used.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  // There is no layout: everything has a size that lets a grid draw some rows.
  for (const [name, size] of [
    ['offsetHeight', 600],
    ['offsetWidth', 1000],
    ['clientHeight', 600],
  ] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
  const { startI18n } = await import('../lib/i18n.ts');
  const namespaces = readdirSync(english).map((file) => file.replace('.json', ''));
  await startI18n(
    ['en'],
    (_language, name) => Promise.resolve(JSON.parse(readFileSync(path.join(english, `${name}.json`), 'utf8')) as Words),
    namespaces,
  );
}

export const closeDom = async (): Promise<void> => await GlobalRegistrator.unregister();
