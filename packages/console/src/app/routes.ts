import { everybodyPages } from './routes/everybody.ts';
import { governPages } from './routes/govern.ts';
import { operatePages } from './routes/operate.ts';
import { ownPages } from './routes/own.ts';
import { strangerPages } from './routes/strangers.ts';
import { systemPages } from './routes/system.ts';
import { writtenPages } from './routes/written.ts';
import type { Page } from './pages.ts';

/**
 * The route table: every page of the console, in the order of the navigation. A new page is a line of its area's file in
 * `routes/`, its title in locales/LANGUAGE/pages.json, its words in a namespace of its own, and a line in the table of
 * e2e/browser/pages.ts.
 */
export const pages: readonly Page[] = [
  ...ownPages,
  ...everybodyPages,
  ...operatePages,
  ...governPages,
  ...systemPages,
  ...writtenPages,
  ...strangerPages,
];
