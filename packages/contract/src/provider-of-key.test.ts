import { expect, test } from 'bun:test';
import { providerOfKey } from './provider-of-key.ts';

test('a pasted key tells its provider by the longest beginning or its whole form, when that is one provider’s alone', () => {
  const providers = [
    { id: 'one', keyPrefixes: ['sk-'], keyPatterns: [] },
    { id: 'two', keyPrefixes: ['sk-ant-'], keyPatterns: [] },
    { id: 'three', keyPrefixes: ['gsk_', 'sk-'], keyPatterns: ['^sk-.*XYZ$'] },
  ];
  const told = (key: string): string | undefined => providerOfKey(key, providers)?.id;
  expect(['sk-ant-1', 'sk-1', 'gsk_1', 'x', '', 'sk-1XYZ'].map(told)).toEqual([
    'two',
    undefined,
    'three',
    undefined,
    undefined,
    'three',
  ]);
});
