import { expect, test } from 'bun:test';
import { isInlineImage, isOwnPage, readEntities, safeAddress } from './safe-address.ts';

test('an address leads to a page or to nothing', () => {
  expect(safeAddress('https://example.com/a b')).toBe('https://example.com/a%20b');
  expect(safeAddress('mailto:a@example.com')).toBe('mailto:a@example.com');
  for (const address of [
    'javascript:alert(1)',
    'JaVaScript:alert(1)',
    '\u0001javascript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,<script>1</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example',
    '/keys',
    '',
  ])
    expect([address, safeAddress(address)]).toEqual([address, undefined]);
});

test('a page of the console is one by its path alone', () => {
  for (const address of ['/catalog', '/models/gpt-5', '/sign-up'])
    expect([address, isOwnPage(address)]).toEqual([address, true]);
  for (const address of [
    '//evil.example',
    '/\\evil.example',
    '/',
    'catalog',
    '/a?b=1',
    'https://example.com/a',
    '/../x',
  ])
    expect([address, isOwnPage(address)]).toEqual([address, false]);
});

test('only pictures that are in the text are shown', () => {
  expect(isInlineImage('data:image/png;base64,AAAA')).toBe(true);
  for (const address of ['https://example.com/a.png', 'data:image/svg+xml;base64,AAAA', 'data:text/html;base64,AAAA'])
    expect(isInlineImage(address)).toBe(false);
});

test('character references are read', () => {
  expect(readEntities('a &amp; b &lt;c&gt; &#65;&#x42; &quot;&apos;')).toBe(`a & b <c> AB "'`);
  expect(readEntities('&nosuch; &#0; &#x110000; & &;')).toBe('&nosuch; &#0; &#x110000; & &;');
});
