import { pino } from 'pino';
import { consoleFiles } from '../console-files.ts';
import { openFoundation, type Log } from '../foundation.ts';
import { startGateway } from '../gateway.ts';
import { setupLink } from '../services/accounts/setup.ts';
import { SecretBoxError } from '../services/secret-box/envelope.ts';
import { stopSignal } from './stop-signal.ts';
import { supervise } from './supervise.ts';
import { CommandError, type Invocation, type Verb } from './verb.ts';

/** `tollgate serve`: the gateway itself. */
export const serve: Verb = {
  name: 'serve',
  summary: 'Migrate and serve.',
  options: {
    worker: { value: 'N', doc: 'Be worker N of a supervised set (used by serve itself).' },
    supervisor: { value: 'PID', doc: 'End with this process (used by serve itself).' },
  },
  details:
    'Structured logs go to standard output, words for people to standard error. SIGTERM stops gracefully: open requests\n' +
    'finish within TOLLGATE_SHUTDOWN_GRACE_MS, everything is settled and posted, exit 0.',
  async run(invocation) {
    const { environment } = invocation;
    const worker = invocation.values['worker'];
    if (environment.workers > 1 && worker === undefined) {
      // Migrated and announced once, before there is anyone to race with.
      await announce(invocation, `http://localhost:${environment.port}`);
      return supervise(environment.workers, environment.shutdownGraceMs, invocation.err);
    }
    return serveHere(invocation, worker);
  },
};

async function serveHere(invocation: Invocation, worker: string | undefined): Promise<number> {
  const { environment, err } = invocation;
  const log = openLog(environment.logLevel, worker);
  const foundation = await openFoundation(environment, log).catch((error: unknown) => {
    throw error instanceof SecretBoxError ? new CommandError(error.message) : error;
  });
  // Listened for before there is a port: whoever asks between the first request served and the last line of the start
  // gets the graceful stop too.
  const stopAsked = stopSignal();
  const gateway = await startGateway({
    foundation,
    nodeId: `node_${foundation.newId()}`,
    sharePort: worker !== undefined,
    consoleFiles,
  }).catch(async (error: unknown) => {
    await foundation.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new CommandError(`port ${environment.port} is in use`);
    throw error;
  });
  if (worker === undefined) {
    err(`Tollgate listens on ${gateway.url}`);
    const link = await setupLink(foundation.accounts, gateway.url);
    if (link) err(`Nobody is administrator yet. Open this link once to set up: ${link}`);
  }
  log.info({ url: gateway.url }, 'listening');

  await (worker === undefined ? stopAsked : Promise.race([stopAsked, orphaned(invocation.values['supervisor'])]));
  log.info({}, 'stopping');
  endAnyway(environment.shutdownGraceMs + databasePatienceMs, log);
  await gateway.stop(environment.shutdownGraceMs);
  await foundation.close();
  log.info({}, 'stopped');
  return 0;
}

/** How long a stopping gateway waits for its database; what is not posted then stays in the outbox. */
const databasePatienceMs = 15_000;

/** A database that neither answers nor refuses must not keep the process from ending. */
function endAnyway(ms: number, log: Log): void {
  setTimeout(() => {
    log.error({}, 'stopped without the database, which does not answer; the next start posts what waits');
    process.exit(1);
  }, ms).unref();
}

/** Migrates, and tells the address and (while there is no root) the setup link. */
async function announce(invocation: Invocation, url: string): Promise<void> {
  const foundation = await openFoundation(invocation.environment, openLog(invocation.environment.logLevel, undefined));
  try {
    const link = await setupLink(foundation.accounts, url);
    invocation.err(`Tollgate listens on ${url} with ${invocation.environment.workers} workers`);
    if (link) invocation.err(`Nobody is administrator yet. Open this link once to set up: ${link}`);
  } finally {
    await foundation.close();
  }
}

/** Credentials never come near the log; this is the second net, for fields that carry them by mistake. */
const redacted = ['authorization', 'apiKey', 'password', 'secret', 'token', 'cookie', 'key'].flatMap((name) => [
  name,
  `*.${name}`,
]);

function openLog(level: string, worker: string | undefined): Log {
  return pino({ level, base: worker === undefined ? {} : { worker }, redact: redacted });
}

/** Resolves when the supervisor is gone: its workers must not go on serving beside those of the next one. */
function orphaned(supervisor: string | undefined): Promise<void> {
  return new Promise((resolve) => {
    setInterval(() => {
      if (supervisor !== undefined && `${process.ppid}` !== supervisor) resolve();
    }, 500).unref();
  });
}
