import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv, type Plugin } from 'vite';
// oxlint-disable-next-line tollgate/rooms -- by its path it is a part of this file, so that the development server sees it change
import { operations } from '../contract/src/operations/list.ts';

/**
 * Puts the classic script that must run before the first paint into the page, under a hashed name: Vite bundles
 * modules only, and those run too late.
 */
function firstPaint(): Plugin {
  const source = 'src/app/first-paint.js';
  const text = readFileSync(path.join(import.meta.dirname, source), 'utf8');
  const hashed = `assets/first-paint-${createHash('sha256').update(text).digest('base64url').slice(0, 8)}.js`;
  let src = `/${source}`;
  return {
    name: 'first-paint',
    configResolved(config) {
      if (config.command === 'build') src = `${config.base}${hashed}`;
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: hashed, source: text });
    },
    transformIndexHtml: () => [{ tag: 'script', attrs: { src }, injectTo: 'head' }],
  };
}

/** Method and path of each declared operation, without the schemas: those are types to the console, and stay out of it. */
function operationRoutes(): Plugin {
  const id = 'virtual:operation-routes';
  const routes = Object.entries(operations).map(([name, { method, path: where }]) => [name, [method, where]]);
  return {
    name: 'operation-routes',
    resolveId: (asked) => (asked === id ? `\0${id}` : undefined),
    load: (asked) => (asked === `\0${id}` ? `export default ${JSON.stringify(Object.fromEntries(routes))}` : undefined),
  };
}

/** Writes a .br and a .gz beside every file worth it, so that the server never compresses while serving. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    enforce: 'post',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          if (bytes.length < 1024 || !/\.(js|css|svg|html|json)$/.test(file.fileName)) continue;
          const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.br`, source: brotli });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: gzipSync(bytes, { level: 9 }) });
        }
      },
    },
  };
}

/** Of the words that React Aria brings along, those of the console's own languages; all of them weigh 31 kB. */
function ariaLocales(): Plugin {
  const own = readdirSync(path.join(import.meta.dirname, 'src/locales')).filter((name) => !name.includes('.'));
  const locales = own.map((locale) => (locale === 'en' ? 'en-US' : locale));
  return { ...optimizeLocales.vite({ locales }), enforce: 'pre' };
}

export default defineConfig(({ mode, command }) => ({
  // Relative, so that one build works under any base path.
  base: './',
  // The gateway puts a nonce of its own into every answer (packages/server/src/http/console-site.ts). While developing,
  // no policy asks for one.
  ...(command === 'build' && { html: { cspNonce: '{{nonce}}' } }),
  plugins: [ariaLocales(), react(), tailwindcss(), firstPaint(), operationRoutes(), precompress()],
  build: {
    target: 'es2022',
    // Nothing as data: URLs; the content security policy does not allow them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Otherwise each module that several pages share is a file of its own: some sixty before the first page is seen, a third of
          // them (the icons) known only once the entry was read.
          groups: [
            { name: 'initial', tags: ['$initial'] },
            { name: 'icons', test: /lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/]/ },
          ],
        },
      },
    },
  },
  // While developing, pages come from Vite and all that the gateway answers from the gateway, under one address as in
  // production. `npm run dev` says which gateway.
  server: {
    proxy: {
      '^/(api|v1|v1beta|healthz|readyz|metrics)(/|$|\\?)': {
        target: loadEnv(mode, import.meta.dirname, 'DEV_')['DEV_GATEWAY_URL'] ?? 'http://localhost:3000',
      },
    },
  },
}));
