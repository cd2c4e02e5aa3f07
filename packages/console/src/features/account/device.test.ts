import { expect, test } from 'bun:test';
import { deviceOf } from './device.ts';

test('a browser is known by what it says of itself, whatever it claims to be like', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  expect(deviceOf(chrome)).toBe('Chrome · Linux');
  expect(deviceOf(`${chrome} Edg/140.0`)).toBe('Edge · Linux');
  expect(deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1')).toBe(
    'Safari · iOS',
  );
  expect(deviceOf('something')).toBeUndefined();
  expect(deviceOf(null)).toBeUndefined();
});
