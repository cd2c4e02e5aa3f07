// `npm run dev`: the gateway, started again when its sources change; the console, reloaded while one types; both with
// an account, a key, a provider and some requests. See docs/development.md.

import path from 'node:path';

import { bootstrap, root } from './bootstrap.mjs';
import { runProgram } from './run-server.mjs';

try {
  runProgram(bootstrap(), [path.join(root, 'scripts', 'dev', 'main.ts'), ...process.argv.slice(2)], { hold: true });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
