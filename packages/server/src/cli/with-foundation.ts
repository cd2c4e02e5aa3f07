import { openFoundation, type Foundation } from '../foundation.ts';
import { Refusal } from '../domain/refusal.ts';
import { SecretBoxError } from '../services/secret-box/envelope.ts';
import { terminalLog } from './terminal-log.ts';
import { CommandError, type Invocation } from './verb.ts';

/** Runs one piece of work on the configured database and closes it again, whatever happens. */
export async function withFoundation<T>(
  invocation: Invocation,
  work: (foundation: Foundation) => Promise<T>,
): Promise<T> {
  let foundation: Foundation | undefined;
  try {
    foundation = await openFoundation(invocation.environment, terminalLog(invocation.err));
    return await work(foundation);
  } catch (error) {
    if (error instanceof Refusal)
      throw new CommandError(error.param ? `${error.param}: ${error.message}` : error.message);
    if (error instanceof SecretBoxError) throw new CommandError(error.message);
    throw error;
  } finally {
    await foundation?.close();
  }
}
