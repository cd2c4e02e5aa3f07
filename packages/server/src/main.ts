import { runCommand } from './cli/run.ts';

// The only place that reads the environment, the arguments and the standard streams.
process.exitCode = await runCommand(process.argv.slice(2), process.env, {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
});
