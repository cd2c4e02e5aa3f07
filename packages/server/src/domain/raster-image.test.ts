import { expect, test } from 'bun:test';
import { readRaster } from './raster-image.ts';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat([...parts.map((part) => Buffer.from(part as never, 'latin1')), Buffer.alloc(30)]));

test.each([
  ['PNG', bytes('\u0089PNG\r\n\u001A\n', [0, 0, 0, 13], 'IHDR', [0, 0, 1, 0, 0, 0, 0, 32]), 256, 32],
  ['lossy WebP', bytes('RIFF', [9, 0, 0, 0], 'WEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 64, 0, 16, 0]), 64, 16],
  // Width and height less one, in fourteen bits each: 99 and 49.
  ['lossless WebP', bytes('RIFF', [9, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f, 99, 0x40, 12, 0]), 100, 50],
  ['extended WebP', bytes('RIFF', [9, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 99, 1, 0, 49, 0, 0]), 356, 50],
  ['JPEG', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 0, 20, 0, 40]), 40, 20],
])('the size of a %s stands in its header', (_kind, image, width, height) => {
  expect(readRaster(image)).toMatchObject({ width, height });
});

test.each([
  ['a vector graphic', bytes('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')],
  ['a page', bytes('<!doctype html><script>alert(1)</script>')],
  ['a GIF', bytes('GIF89a')],
  ['a JPEG without a frame', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0])],
  ['too few bytes', new Uint8Array(8)],
])('%s is none', (_kind, image) => {
  expect(readRaster(image)).toBeUndefined();
});
