// Makes one executable of the gateway with the console inside:
//
//   node scripts/compile.mjs [--outfile dist/tollgate] [--target bun-linux-x64]
//
// Installs and builds first what is missing. `--target` as Bun names them, for another system than this one.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bootstrap, root } from './bootstrap.mjs';
import { buildConsole } from './build-console.mjs';

const self = fileURLToPath(import.meta.url);
const dist = path.join(root, 'packages', 'console', 'dist');

function option(name, fallback) {
  const index = process.argv.indexOf(`--${name}`);
  return index === -1 ? fallback : process.argv[index + 1];
}

/** Every file of the built console: path below the site's root, and file. */
function consoleFiles() {
  if (!existsSync(dist)) return [];
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => [`/${path.relative(dist, file).split(path.sep).join('/')}`, file])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Takes the place of `console-files.ts`: the same map, whose files are embedded in the executable. */
function embedded() {
  const files = consoleFiles();
  const imports = files.map(([, file], index) => {
    return `import file${index} from ${JSON.stringify(file)} with { type: 'file' };`;
  });
  const entries = files.map(([name], index) => `[${JSON.stringify(name)}, file${index}]`);
  return `${imports.join('\n')}\nconst files = new Map([${entries.join(', ')}]);\nexport const consoleFiles = () => files;\n`;
}

/** The second half, under Bun: bundle and compile. */
async function compile(outfile, target) {
  mkdirSync(path.dirname(outfile), { recursive: true });
  const result = await globalThis.Bun.build({
    entrypoints: [path.join(root, 'packages', 'server', 'src', 'main.ts')],
    target: 'bun',
    minify: { whitespace: true, syntax: true, identifiers: false },
    sourcemap: 'linked',
    // A .env or bunfig.toml that happens to lie where it is started is none of its business.
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false, ...(target ? { target } : {}) },
    plugins: [
      {
        // PDFKit asks for the widths of the readers' own fonts by paths that a bundle does not have.
        name: 'pdf-fonts',
        setup(build) {
          build.onLoad({ filter: /[\\/]pdfkit[\\/]js[\\/]pdfkit\.node\.mjs$/ }, async ({ path: file }) => {
            const written = await readFile(file, 'utf8');
            const contents = written.replaceAll(
              /require\$1\('#standard-fonts\/(\w+)'\)/g,
              "require('./standard-fonts/$1.cjs')",
            );
            if (contents === written) throw new Error(`${file} asks for its fonts in another way now`);
            return { contents, loader: 'js' };
          });
        },
      },
      {
        name: 'console-files',
        setup(build) {
          build.onLoad({ filter: /[\\/]server[\\/]src[\\/]console-files\.ts$/ }, () => ({
            contents: embedded(),
            loader: 'js',
          }));
        },
      },
    ],
  });
  if (!result.success) throw new Error(result.logs.map(String).join('\n'));
}

try {
  const outfile = path.resolve(option('outfile', path.join(root, 'dist', 'tollgate')));
  const target = option('target');
  if (process.versions.bun && process.env.TOLLGATE_COMPILE === 'here') {
    await compile(outfile, target);
  } else {
    const bun = bootstrap();
    buildConsole(bun);
    const env = { ...process.env, TOLLGATE_COMPILE: 'here' };
    const answer = spawnSync(bun, [self, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root, env });
    if (answer.status !== 0) process.exit(answer.status ?? 1);
    process.stdout.write(`${path.relative(process.cwd(), outfile)}: ${consoleFiles().length} console files inside\n`);
  }
} catch (error) {
  process.stderr.write(`${[error, ...(error.errors ?? [])].map(String).join('\n')}\n`);
  process.exit(1);
}
