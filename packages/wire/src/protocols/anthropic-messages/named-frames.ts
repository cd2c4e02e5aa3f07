import { parseObject, textAt } from '../../json/fields.ts';
import { readFrames, type Frame, type FrameReader } from '../../json/sse.ts';

/** Reads streams of Messages whose events come without their names, which clients look for; each says its own in `type`. */
export function readNamedFrames(): FrameReader {
  const frames = readFrames();
  const named = (all: readonly Frame[]): readonly Frame[] => all.map(withName);
  return {
    push: (chunk) => named(frames.push(chunk)),
    end: () => named(frames.end()),
    get overflowed() {
      return frames.overflowed;
    },
  };
}

const withName = (frame: Frame): Frame =>
  frame.event === undefined ? { ...frame, event: textAt(parseObject(frame.data) ?? {}, 'type') } : frame;
