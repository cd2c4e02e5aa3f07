import { expect, test } from 'bun:test';
import { mediaTypeOf } from './media-type.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test.each([
  ['\x89PNG\r\n\x1a\nIHDR', 'image/png'],
  ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF\x10\0\0\0WEBPVP8 ', 'image/webp'],
  ['RIFF\x10\0\0\0WAVEfmt ', 'audio/wav'],
  ['RIFF\x10\0\0\0AVI LIST', undefined],
  ['\0\0\0\x18ftypheic', 'image/heic'],
  ['\0\0\0\x18ftypmif1', 'image/heif'],
  ['\0\0\0\x18ftypavif', 'image/avif'],
  ['\0\0\0\x18ftypM4A ', 'audio/mp4'],
  ['\0\0\0\x18ftypqt  ', 'video/quicktime'],
  ['\0\0\0\x18ftypisom', 'video/mp4'],
  ['%PDF-1.7\n', 'application/pdf'],
  ['ID3\x04\0', 'audio/mpeg'],
  ['\xff\xfb\x90\x64', 'audio/mpeg'],
  ['\xff\xf3\x40\xc4', 'audio/mpeg'],
  ['\xff\xfe<\0h\0', undefined],
  ['OggS\0', 'audio/ogg'],
  ['fLaC\0', 'audio/flac'],
  ['\x1a\x45\xdf\xa3', 'video/webm'],
  ['name,age\r\nAda,36\r\n', 'text/plain'],
  ['Gr\xc3\xbc\xc3\x9fe', 'text/plain'],
  ['Gr\xfc\xdfe', undefined],
  ['PK\x03\x04', undefined],
  ['', undefined],
])('%j is %p', (text, type) => {
  expect(mediaTypeOf(undefined, bytes(text))).toBe(type);
  expect(mediaTypeOf('application/octet-stream', bytes(text))).toBe(type);
});

test('a text that is cut within a letter is still one', () => {
  expect(mediaTypeOf(undefined, bytes(`x${'\xc3\xbc'.repeat(4000)}`))).toBe('text/plain');
});

test('what the server says counts, when it says something', () => {
  expect(mediaTypeOf('Image/PNG; charset=x', bytes('%PDF-1.7'))).toBe('image/png');
  expect(mediaTypeOf('application/vnd.ms-excel', bytes(''))).toBe('application/vnd.ms-excel');
  expect(mediaTypeOf('text/plain', bytes('\x89PNG\r\n\x1a\n'))).toBe('image/png');
  expect(mediaTypeOf('text/plain; charset=latin1', bytes('Gr\xfc\xdfe'))).toBe('text/plain');
  for (const vague of ['', 'image', 'image/', '"image/png"', 'binary/octet-stream', 'a/b/c'])
    expect(mediaTypeOf(vague, bytes('%PDF-1.7'))).toBe('application/pdf');
});
