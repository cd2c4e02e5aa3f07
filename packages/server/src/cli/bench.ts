import type { Verb } from './verb.ts';

/** `tollgate bench`: measures the gateway beside nginx on this machine. Its options are the benchmark's own. */
export const bench: Verb = {
  name: 'bench',
  summary: 'Measure added latency, CPU and memory beside nginx.',
  passThrough: true,
  async run(invocation) {
    const { runBench } = await import('../../../../bench/run.ts');
    return runBench(invocation.positionals);
  },
};
