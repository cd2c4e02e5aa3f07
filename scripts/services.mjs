// Throwaway PostgreSQL, MariaDB and Redis for tests, on free ports of 127.0.0.1, with temporary data; Chromium, and an
// OpenLDAP that tests start by themselves.
//
//   node scripts/services.mjs                   start all, print their addresses, stop with Ctrl-C
//   node scripts/services.mjs postgres redis    start some
//   node scripts/services.mjs -- bun test       run a command with the addresses in its environment
//
// A separate keeper process owns them and stops them when its standard input ends, so that they are cleaned up however
// the process that asked for them dies.

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const isRoot = process.getuid?.() === 0;
const canInstall = isRoot && existsSync('/etc/debian_version') && which('apt-get') !== undefined;

/** An executable by its first name found, on the PATH or in the folders where packagers hide it. */
function which(...names) {
  const hidden = [
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/bin',
    '/usr/local/bin',
    ...versioned('/usr/lib/postgresql'),
  ];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...hidden];
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (folder !== '' && existsSync(file)) return file;
    }
  }
  return undefined;
}

/** `/usr/lib/postgresql/17/bin` before `…/15/bin`. */
function versioned(folder) {
  try {
    const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => path.join(folder, version, 'bin'));
  } catch {
    return [];
  }
}

/** What there is to start: the variable that tells tests about it, its executables, its Debian package; `optional` where tests can do without. */
export const serviceKinds = {
  postgres: {
    variable: 'TOLLGATE_TEST_POSTGRES_URL',
    find: () => (which('initdb') && which('postgres') ? which('postgres') : undefined),
    package: 'postgresql',
    start: startPostgres,
  },
  mariadb: {
    variable: 'TOLLGATE_TEST_MYSQL_URL',
    find: () => (which('mariadb-install-db') ? which('mariadbd') : undefined),
    package: 'mariadb-server',
    start: startMariadb,
  },
  redis: {
    variable: 'TOLLGATE_TEST_REDIS_URL',
    find: () => which('redis-server'),
    package: 'redis-server',
    start: startRedis,
  },
  chromium: {
    variable: 'TOLLGATE_TEST_CHROMIUM',
    find: () =>
      which('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome') ??
      ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find((file) => existsSync(file)),
    package: 'chromium',
    start: async (_, program) => ({ address: program }),
  },
  ldap: {
    variable: 'TOLLGATE_TEST_SLAPD',
    // Its tests read the schemas and modules where Debian puts them.
    find: () => (existsSync('/etc/ldap/schema/core.schema') ? which('slapd') : undefined),
    package: 'slapd',
    start: async (_, program) => ({ address: program }),
    // Where it cannot be installed its tests are skipped, and nothing else depends on it.
    optional: true,
  },
};

/**
 * Installs Debian packages. Their services are not started: a policy says no to that while it runs. Returns an error
 * text, or undefined.
 */
function aptInstall(packages, say) {
  say(`Installing ${packages.join(', ')} with apt-get …`);
  const policy = '/usr/sbin/policy-rc.d';
  const own = !existsSync(policy);
  if (own) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' };
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  try {
    const update = apt('update');
    const install = apt('install', '-y', '--no-install-recommends', ...packages);
    if (install.status !== 0) return `${update.stderr}${install.stdout}${install.stderr}`.trim() || 'apt-get failed';
    return undefined;
  } finally {
    if (own) rmSync(policy, { force: true });
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The ids of an unprivileged user for servers that refuse to run as root; undefined when we are not root. */
function unprivileged(...names) {
  if (!isRoot) return undefined;
  for (const name of [...names, 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' });
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' });
    if (uid.status === 0 && gid.status === 0) return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error('no unprivileged user to run a database as');
}

/** A folder that its user may reach through all folders above it, wherever TMPDIR points. */
function temporaryFolder() {
  const folders = isRoot ? [tmpdir(), '/tmp', '/var/tmp'] : [tmpdir()];
  const nobody = unprivileged();
  const reachable = folders.find((folder) => {
    const who = nobody ? { uid: nobody.uid, gid: nobody.gid } : {};
    return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...who, cwd: '/' }).status === 0;
  });
  const folder = mkdtempSync(path.join(reachable ?? tmpdir(), 'tollgate-services-'));
  chmodSync(folder, 0o711);
  return folder;
}

function folderFor(base, name, user) {
  const folder = path.join(base, name);
  mkdirSync(folder, { mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

const identity = (user) => (user ? { uid: user.uid, gid: user.gid } : {});

function must(program, args, options) {
  const answer = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (answer.status !== 0) {
    throw new Error(`${path.basename(program)}: ${answer.error?.message ?? ''}${answer.stdout}${answer.stderr}`.trim());
  }
}

/**
 * A server in a session of its own (a Ctrl-C in the terminal must reach it through the keeper only), ready when
 * something accepts on its port and `ready` finds no fault. Its output is kept for the case that it is not.
 */
async function launch(program, args, port, options, stopSignal = 'SIGTERM') {
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  const keep = (chunk) => (output = `${output}${chunk}`.slice(-8000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ended = false;
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(keep(error.message)));
    child.once('exit', resolve);
  }).then(() => (ended = true));
  const stop = async () => {
    if (!ended) child.kill(stopSignal);
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(patience);
  };
  for (let waitedMs = 0; waitedMs < 60_000 && !ended; waitedMs += 50) {
    if (await accepts(port)) return stop;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`${path.basename(program)} did not start.\n${output}`);
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function startPostgres(base, program) {
  const user = unprivileged('postgres');
  const data = folderFor(base, 'postgres', user);
  const options = { cwd: data, ...identity(user), env: { ...process.env, HOME: data, TMPDIR: data } };
  must(
    which('initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'],
    options,
  );
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: data,
    max_connections: '200',
    shared_buffers: '64MB',
    // The data is thrown away, so nothing is gained by its surviving a power cut.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // SIGINT is its "fast shutdown": connections are not waited for.
  const stop = await launch(program, ['-D', data, '-p', String(port), ...flags], port, options, 'SIGINT');
  return { address: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

async function startMariadb(base, program) {
  const user = unprivileged('mysql');
  const data = folderFor(base, 'mariadb', user);
  const options = { cwd: data, ...identity(user), env: { ...process.env, HOME: data, TMPDIR: data } };
  const common = ['--no-defaults', `--datadir=${data}`, `--tmpdir=${data}`];
  // An empty database folder of the same name must exist for no other reason than that its installer insists.
  must(
    which('mariadb-install-db'),
    [...common, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
    options,
  );
  const setup = path.join(data, 'setup.sql');
  writeFileSync(
    setup,
    "CREATE OR REPLACE USER tollgate@'127.0.0.1' IDENTIFIED BY 'tollgate';\n" +
      "GRANT ALL PRIVILEGES ON *.* TO tollgate@'127.0.0.1' WITH GRANT OPTION;\n",
  );
  if (user) chownSync(setup, user.uid, user.gid);
  const port = await freePort();
  const flags = [
    ...common,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${path.join(data, 's.sock')}`,
    `--pid-file=${path.join(data, 'pid')}`,
    `--init-file=${setup}`,
    '--skip-name-resolve',
    '--max-connections=200',
    '--innodb-buffer-pool-size=64M',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-doublewrite=0',
    '--skip-log-bin',
    // As for PostgreSQL: creating and dropping the hundreds of databases of a test run would mostly wait for the disk.
    '--loose-debug-no-sync',
  ];
  const stop = await launch(program, flags, port, options);
  return { address: `mysql://tollgate:tollgate@127.0.0.1:${port}/`, stop };
}

async function startRedis(base, program) {
  const data = folderFor(base, 'redis');
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', data];
  const stop = await launch(program, flags, port, { cwd: data });
  return { address: `redis://127.0.0.1:${port}`, stop };
}

/** Those of the services that are named. */
function chosen(names) {
  const unknown = names.find((name) => serviceKinds[name] === undefined);
  if (unknown !== undefined) {
    throw new Error(`There is no service ${unknown}. There are ${Object.keys(serviceKinds).join(', ')}.`);
  }
  return Object.entries(serviceKinds).filter(([name]) => names.includes(name));
}

/** The keeper: starts the services, says so in one line of JSON, and stops them when its standard input ends. */
async function keep(services) {
  const base = temporaryFolder();
  const env = {};
  const skipped = [];
  const failed = [];
  const stops = [];
  let over = false;
  let started = Promise.resolve();
  const clean = async () => {
    if (over) return;
    over = true;
    // One that is being started is let in first, so that it can be shown out.
    await started;
    await Promise.all(stops.map((stop) => stop()));
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  };
  process.stdin.on('end', () => void clean());
  process.stdin.on('error', () => void clean());
  process.stdin.resume();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void clean());
  // Whoever asked may be gone already.
  process.stdout.on('error', () => void clean());

  const say = (line) => process.stderr.write(`${line}\n`);
  const missing = services.map(([, service]) => service).filter((service) => !service.find());
  const why = new Map();
  // Apart, so that what is optional keeps nothing else from being installed.
  for (const optional of [undefined, true]) {
    const some = missing.filter((service) => service.optional === optional);
    if (some.length === 0 || !canInstall) continue;
    const problem = aptInstall(
      some.map((service) => service.package),
      say,
    );
    for (const service of some) why.set(service, problem);
  }

  started = Promise.all(
    services.map(async ([name, service]) => {
      const program = service.find();
      if (program === undefined) {
        const reason = why.get(service) ?? 'still missing after its installation';
        if (!canInstall) skipped.push({ name, reason: 'not installed on this machine' });
        else (service.optional === true ? skipped : failed).push({ name, reason });
        return;
      }
      try {
        const { address, stop } = await service.start(base, program);
        env[service.variable] = address;
        if (stop) stops.push(stop);
      } catch (error) {
        failed.push({ name, reason: error.message });
      }
    }),
  );
  await started;
  process.stdout.write(`${JSON.stringify({ env, skipped, failed })}\n`);
}

/**
 * Starts the named services; those that the environment already points at are left to it. Resolves to the environment
 * variables that tell tests where they are, what was skipped because this machine does not have it, what could not be
 * started although it should, and how to stop.
 */
export async function startServices(names = Object.keys(serviceKinds)) {
  const absent = chosen(names).filter(([, { variable }]) => !process.env[variable]);
  if (absent.length === 0) return { env: {}, skipped: [], failed: [], stop: async () => undefined };
  const keeper = spawn(process.execPath, [self, 'keep', ...absent.map(([name]) => name)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => keeper.once('exit', resolve));
  keeper.stdin.on('error', () => undefined);
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: keeper.stdout }).once('line', resolve)),
    exited.then(() => undefined),
  ]);
  if (line === undefined) throw new Error('The services could not be started.');
  const { env, skipped, failed } = JSON.parse(line);
  const stop = async () => {
    keeper.stdin.end();
    await exited;
  };
  return { env, skipped, failed, stop };
}

async function main(names, command) {
  const services = await startServices(names.length > 0 ? names : undefined);
  for (const { name, reason } of services.skipped) process.stderr.write(`skipped ${name}: ${reason}\n`);
  for (const { name, reason } of services.failed) process.stderr.write(`FAILED ${name}: ${reason}\n`);
  if (command.length === 0) {
    for (const [name, value] of Object.entries(services.env)) process.stdout.write(`export ${name}='${value}'\n`);
    process.stderr.write('Running; Ctrl-C stops them.\n');
    await new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
      setInterval(() => undefined, 1_000_000);
    });
    await services.stop();
    process.exit(0);
  }
  const child = spawn(command[0], command.slice(1), { stdio: 'inherit', env: { ...process.env, ...services.env } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => void services.stop().then(() => process.exit(code ?? 1)));
}

if (process.argv[1] && path.resolve(process.argv[1]) === self) {
  const args = process.argv.slice(2);
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  if (args[0] === 'keep') await keep(chosen(args.slice(1)));
  else await main(args.slice(0, end), args.slice(end + 1));
}
