// `npm start`: install what is missing, build the console if it changed, migrate and serve.

import { bootstrap } from './bootstrap.mjs';
import { buildConsole } from './build-console.mjs';
import { runServer } from './run-server.mjs';

try {
  const bun = bootstrap();
  buildConsole(bun);
  runServer(bun, ['serve', ...process.argv.slice(2)], { hold: true });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
