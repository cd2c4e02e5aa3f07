import { describe, expect, test } from 'bun:test';
import { serveModel, traitsServed } from './served-model.ts';

const plain = (upstream: string, name = 'public') => serveModel({ name, upstream }, {});

describe('a model as a channel serves it', () => {
  test('is known by the name that is sent upstream', () => {
    expect(plain('claude-opus-4-6')).toMatchObject({
      upstream: 'claude-opus-4-6',
      traits: { family: 'claude', version: 406 },
      suffixed: undefined,
    });
    expect(plain('prod', 'gpt-5').traits.family).toBeUndefined();
  });

  test.each([
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc', 'claude-opus-4-6', 406],
    ['arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'smart', 405],
  ])('%s is known by the name of its clients where it tells none', (upstream, name, version) => {
    expect(plain(upstream, name).traits).toMatchObject({ family: 'claude', version });
  });

  test('has another upstream name where the end of its own is understood', () => {
    const { suffixed, ...rest } = serveModel({ name: 'fast', upstream: 'gpt-5.1-high' }, { suffixes: 'gpt' });
    expect(rest).toMatchObject({ upstream: 'gpt-5.1-high', reasoning: undefined, traits: { version: 501 } });
    expect(suffixed).toMatchObject({ family: 'gpt', upstream: 'gpt-5.1', reasoning: { mode: 'on', effort: 'high' } });
    expect(suffixed?.traits).toMatchObject({ version: 501 });
    // Of another family than the vendor's own.
    expect(serveModel({ name: 'x', upstream: 'claude-opus-4-6-high' }, { suffixes: 'gpt' }).suffixed).toBeUndefined();
    expect(plain('claude-opus-4-6-high').suffixed).toBeUndefined();
  });

  test('names are looked at once for all channels', () => {
    expect(plain('gpt-5').traits).toBe(plain('gpt-5', 'other').traits);
  });

  test('is found again by its upstream name, whether it is still served or not', () => {
    const served = new Map([
      ['a', plain('arn:aws:bedrock:us-east-1:1:application-inference-profile/abc', 'claude-opus-4-6')],
      ['b', serveModel({ name: 'b', upstream: 'gemini-2.0-flash-thinking' }, { suffixes: 'gemini' })],
    ]);
    const upstream = served.get('a')?.upstream ?? '';
    expect(traitsServed(served, upstream).version).toBe(406);
    expect(traitsServed(served, 'gemini-2.0-flash')).toMatchObject({ version: 200, reasoning: { by: 'none' } });
    expect(traitsServed(served, 'o3').encoding).toBe('o200k');
  });
});

test('what carries a date is known without it, too', () => {
  const of = (upstream: string) => serveModel({ name: 'm', upstream, baseModel: undefined, operations: undefined }, {});
  expect(of('gpt-5-2025-08-07').undated).toEqual(['gpt-5']);
  expect(of('gpt-5').undated).toEqual([]);
  const facts = (name: string) => (name === 'gpt-5' ? { contextTokens: 400_000 } : undefined);
  const traits = (upstream: string) =>
    serveModel({ name: 'm', upstream, baseModel: undefined, operations: undefined }, {}, facts).traits;
  expect(traits('gpt-5-2025-08-07')).toMatchObject({ family: 'gpt', version: 500, contextTokens: 400_000 });
  expect(traits('gpt-5-mini-2025-08-07').contextTokens).toBeUndefined();
});
