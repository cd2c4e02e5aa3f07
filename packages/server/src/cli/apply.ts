import { resolve } from 'node:path';
import { apply, planApply } from '../services/apply/apply.ts';
import { formatPlan } from '../services/apply/plan.ts';
import { formatProblem } from '../services/apply/read-config-file.ts';
import { CommandError, tell, type Verb } from './verb.ts';
import { withFoundation } from './with-foundation.ts';

/** `tollgate apply`: config as code. */
export const applyVerb: Verb = {
  name: 'apply',
  summary: 'Make channels, models, groups and settings match a file.',
  positionals: ['FILE'],
  options: {
    'dry-run': { doc: 'Print what would change, and change nothing.' },
    source: { value: 'NAME', doc: 'Name under which the file owns its entries; default: its absolute path.' },
    json: { doc: 'Print the plan as JSON.' },
  },
  details:
    'Entries of the file are locked in the console; those taken out of it are removed. A file with a mistake changes\n' +
    'nothing and names line, path and reason. ${NAME} is filled in from the environment. See docs/configuration.md.',
  run: (invocation) =>
    withFoundation(invocation, async ({ configuration }) => {
      const [file = ''] = invocation.positionals;
      const text = await Bun.file(file)
        .text()
        .catch(() => {
          throw new CommandError(`${file} cannot be read`);
        });
      const request = { text, env: invocation.env, source: invocation.values['source'] ?? resolve(file) };
      const result = await (invocation.switches.has('dry-run') ? planApply : apply)(configuration, request);
      if ('problems' in result) {
        invocation.err(`${file} is wrong; nothing was changed:`);
        for (const problem of result.problems) invocation.err(`  ${formatProblem(problem)}`);
        return 1;
      }
      tell(invocation, result.plan, formatPlan(result.plan));
      return 0;
    }),
};
