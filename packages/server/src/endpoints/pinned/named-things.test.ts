import { expect, test } from 'bun:test';
import { namedThings } from './named-things.ts';

test.each([
  [
    { file_ids: ['f1', 'f2'], name: 'x' },
    { f1: 'file_ids', f2: 'file_ids' },
  ],
  [{ files: [{ file_id: 'f1' }] }, { f1: 'files[0].file_id' }],
  [
    { multiagent: { agents: ['a1', { type: 'agent', id: 'a2' }, { type: 'self' }] } },
    { a1: 'multiagent.agents', a2: 'multiagent.agents.id' },
  ],
  [{ environment: { id: 'e1' } }, { e1: 'environment.id' }],
  // Skills of the vendors' own are everybody's; what stands beside one is not.
  [{ skills: [{ type: 'anthropic', skill_id: 'xlsx', file_id: 'f1' }] }, { f1: 'skills[0].file_id' }],
  [{ type: 'anthropic', skills: [{ type: 'custom', skill_id: 's1' }] }, { s1: 'skills[0].skill_id' }],
  [{ skills: [{ skill_id: 'openai-charts' }] }, {}],
  [{ metadata: { file_id: 'f1' }, tools: [{ parameters: { agent: 'x' } }] }, {}],
] as const)('%j names %j', (json, named) => {
  const found = namedThings(json).map(({ id, param }) => [id, param] as const);
  expect(Object.fromEntries(found)).toEqual(named);
});
