// Makes a fresh clone runnable: the pinned Bun, then the packages of bun.lock. Plain Node 20 (or Bun), no dependencies,
// because nothing is installed when it runs. Silent when there is nothing to do.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { useGitHooks } from './use-git-hooks.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const tools = path.join(root, '.tools');
const windows = process.platform === 'win32';

/** The version of Bun that package.json pins, as in `"packageManager": "bun@1.4.5"`. */
function pinnedVersion() {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return packageManager.replace(/^bun@/, '');
}

/** A Bun of one's own will do when it is of the same minor version and not older. */
function goodEnough(version, pinned) {
  const [major, minor, patch] = version.split('.').map(Number);
  const [wantMajor, wantMinor, wantPatch] = pinned.split('.').map(Number);
  return major === wantMajor && minor === wantMinor && patch >= wantPatch;
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { encoding: 'utf8', shell: false, ...options });
}

/** npm is a script on Windows, which cannot be started without a shell there. */
function npm(args, env) {
  return run(windows ? 'npm.cmd' : 'npm', args, { cwd: root, env, shell: windows });
}

function versionOf(bun) {
  const answer = run(bun, ['--version'], { timeout: 10_000 });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** A temporary home for npm and Bun where the user has none, or none that can be written. */
function environment() {
  const env = { ...process.env };
  try {
    if (!env.HOME && !windows) throw new Error('no home');
    if (!windows) accessSync(env.HOME, constants.W_OK);
  } catch {
    env.HOME = path.join(tools, 'home');
    mkdirSync(env.HOME, { recursive: true });
  }
  return env;
}

/** Bun does not read npm's global settings, so it is told which registry they name. Never written down. */
function withRegistry(env) {
  const answer = npm(['config', 'get', 'registry'], env);
  const registry = answer.status === 0 ? answer.stdout.trim().split('\n').at(-1) : '';
  if (!/^https?:\/\//.test(registry)) return env;
  return { ...env, NPM_CONFIG_REGISTRY: registry, npm_config_registry: registry };
}

function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder || '.', windows ? `${name}.exe` : name);
    // npm puts node_modules/.bin on the PATH of its scripts; only a real installation counts.
    if (existsSync(file) && !file.includes('node_modules')) return file;
  }
  return undefined;
}

/** The npm package that holds Bun's executable for this machine. Its C library is told by Node's own report. */
function platformPackage() {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows', freebsd: 'freebsd' }[process.platform];
  const processor = { x64: 'x64', arm64: 'aarch64' }[process.arch];
  if (!system || !processor) throw new Error(`There is no Bun for ${process.platform} on ${process.arch}.`);
  const musl = system === 'linux' && !process.report?.getReport().header.glibcVersionRuntime && !process.versions.bun;
  return `@oven/bun-${system}-${processor}${musl ? '-musl' : ''}`;
}

const noteFile = path.join(tools, 'bun.json');

/** The Bun found last time, if it is still the same file and good enough. Costs two small reads. */
function rememberedBun(pinned) {
  try {
    const note = JSON.parse(readFileSync(noteFile, 'utf8'));
    const { size, mtimeMs } = statSync(note.path);
    if (size === note.size && mtimeMs === note.mtimeMs && goodEnough(note.version, pinned)) return note.path;
  } catch {
    // No note, or its Bun is gone: look again.
  }
  return undefined;
}

function remember(bun, version) {
  const { size, mtimeMs } = statSync(bun);
  try {
    mkdirSync(tools, { recursive: true });
    const fresh = `${noteFile}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify({ path: bun, version, size, mtimeMs }));
    renameSync(fresh, noteFile);
  } catch {
    // A read-only checkout: it is looked up again next time.
  }
  return bun;
}

function findBun(pinned) {
  const candidates = [process.versions.bun ? process.execPath : undefined, onPath('bun'), ownBun()];
  for (const candidate of candidates) {
    if (candidate === undefined || !existsSync(candidate)) continue;
    const version = versionOf(candidate);
    if (version !== undefined && goodEnough(version, pinned)) return remember(candidate, version);
  }
  return undefined;
}

/** Where `installBun` puts it: the executable inside the platform's package, whose install script is not needed. */
function ownBun() {
  return path.join(tools, 'node_modules', platformPackage(), 'bin', windows ? 'bun.exe' : 'bun');
}

function installBun(pinned, say) {
  const name = `${platformPackage()}@${pinned}`;
  say(`Installing Bun ${pinned} …`);
  mkdirSync(tools, { recursive: true });
  // Without a package.json of its own, npm would look for one in the folders above.
  writeFileSync(path.join(tools, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const answer = npm(['install', ...flags, '--prefix', tools, name], environment());
  const version = answer.status === 0 ? versionOf(ownBun()) : undefined;
  if (version !== pinned) {
    const why = answer.error?.message ?? `${answer.stdout}${answer.stderr}`.trim();
    throw new Error(
      `Could not install ${name} with npm.\n${why}\nInstall Bun ${pinned} yourself (https://bun.sh) and try again.`,
    );
  }
  return remember(ownBun(), version);
}

/** Folders of the workspaces, as package.json's two patterns name them. */
export function workspaces() {
  const { workspaces: patterns } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return patterns.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return readdirSync(path.join(root, parent))
      .sort()
      .map((name) => `${parent}/${name}`);
  });
}

const stamp = path.join(root, 'node_modules', '.tollgate-installed');

/** What the installed packages depend on. A missing file counts as empty, so that images may leave workspaces out. */
function wanted() {
  const hash = createHash('sha256');
  for (const file of ['bun.lock', 'package.json', ...workspaces().map((folder) => `${folder}/package.json`)]) {
    hash.update(`${file}\0`);
    try {
      hash.update(readFileSync(path.join(root, file)));
    } catch {
      hash.update('absent');
    }
  }
  return hash.digest('hex');
}

function installed() {
  try {
    if (readFileSync(stamp, 'utf8') !== wanted()) return false;
  } catch {
    return false;
  }
  return existsSync(path.join(root, 'packages/server/node_modules'));
}

function installPackages(bun, say) {
  say('Installing packages …');
  const started = performance.now();
  const answer = run(bun, ['install', '--frozen-lockfile'], { cwd: root, env: withRegistry(environment()) });
  if (answer.status !== 0) {
    throw new Error(`bun install failed.\n${answer.error?.message ?? `${answer.stdout}${answer.stderr}`.trim()}`);
  }
  writeFileSync(stamp, wanted());
  useGitHooks(root);
  say(`Installed in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

const lock = path.join(tools, 'lock');

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True when the lock's owner died without giving it back. A lock without a name is one being taken just now. */
function abandoned() {
  try {
    const owner = Number(readFileSync(path.join(lock, 'pid'), 'utf8'));
    return !alive(owner);
  } catch {
    try {
      return Date.now() - statSync(lock).mtimeMs > 10_000;
    } catch {
      return false;
    }
  }
}

/** One installer at a time: the others wait for it, and then find nothing left to do. */
function locked(work) {
  mkdirSync(tools, { recursive: true });
  for (let waitedMs = 0; ; waitedMs += 100) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (abandoned()) {
      // Renaming is atomic: of several who saw it abandoned, one takes it away.
      const old = `${lock}.${process.pid}`;
      try {
        renameSync(lock, old);
        rmSync(old, { recursive: true, force: true });
      } catch {
        // Another one was quicker.
      }
      continue;
    }
    if (waitedMs > 15 * 60_000) throw new Error(`Waited 15 minutes for another installation (${lock}).`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    writeFileSync(path.join(lock, 'pid'), String(process.pid));
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** The Bun to run with when nothing is missing; undefined when something must be installed first. */
export function installedBun() {
  const pinned = pinnedVersion();
  const known = rememberedBun(pinned) ?? findBun(pinned);
  return installed() ? known : undefined;
}

/**
 * Installs what is missing and returns the path of the Bun to run with. `say` is called with a line for people when
 * something takes time. Throws an Error with a readable message when it cannot be done.
 */
export function bootstrap(say = (line) => process.stderr.write(`${line}\n`)) {
  const known = installedBun();
  if (known !== undefined) return known;
  const pinned = pinnedVersion();
  return locked(() => {
    const bun = findBun(pinned) ?? installBun(pinned, say);
    if (!installed()) installPackages(bun, say);
    return bun;
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    bootstrap();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
