import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { encodeText } from '../text.ts';
import { type Frame, readFrames, writeFrame } from './sse.ts';

function read(text: string, cuts: readonly number[] = []): readonly Frame[] {
  const bytes = encodeText(text);
  const reader = readFrames();
  const frames: Frame[] = [];
  let from = 0;
  for (const cut of [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    frames.push(...reader.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return [...frames, ...reader.end()];
}

describe('readFrames', () => {
  test('reads LF, CRLF and CR, comments, several data lines and a byte order mark', () => {
    expect(read('\ufeff: hi\ndata: a\ndata:b\nevent: x\nid: 7\n\n')).toEqual([{ event: 'x', data: 'a\nb', id: '7' }]);
    for (const eol of ['\n', '\r\n', '\r']) {
      expect(read(`data: 1${eol}${eol}:c${eol}${eol}data${eol}other: 3${eol}${eol}`).map((f) => f.data)).toEqual([
        '1',
        '',
      ]);
    }
  });

  test('returns a last event that lacks its blank line', () => {
    expect(read('data: 1\n\ndata: 2').map((f) => f.data)).toEqual(['1', '2']);
  });

  test('takes names without a value, and passes over what has no name it knows', () => {
    const [frame] = read('data\nretry: 5\nevent: e\n: data: no\ndatas: no\ndata:: 1\nid:\nx\ndata\n\n');
    expect(frame).toEqual({ event: 'e', id: '', data: '\n: 1\n' });
  });

  test('lines without a colon cost no more than their length', () => {
    expect(read(`${'x\n'.repeat(1 << 20)}data: 1\n\n`).map((f) => f.data)).toEqual(['1']);
  });

  test('bounds a frame', () => {
    const reader = readFrames(10);
    expect(reader.push(encodeText('data: 1\n\ndata: 1234567890')).length).toBe(1);
    expect(reader.overflowed).toBe(true);
    expect(reader.push(encodeText('\n\ndata: 2\n\n'))).toEqual([]);
  });

  test('cutting the bytes anywhere changes nothing, and what is written is read', () => {
    const piece = fc.constantFrom(
      'data: é1',
      'data:2',
      ': c',
      'event: x',
      'id: 1',
      '\n',
      '\r\n',
      '\r',
      '\n\n',
      '\r\n\r\n',
      '\r\r',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 30 }), (pieces, cuts) => {
        expect(read(pieces.join(''), cuts)).toEqual([...read(pieces.join(''))]);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (data) => {
        const [frame] = read(new TextDecoder().decode(writeFrame({ event: 'e', data })));
        expect(frame).toEqual({ event: 'e', id: undefined, data: data.replaceAll(/\r\n|\r/g, '\n') });
      }),
    );
  });
});
