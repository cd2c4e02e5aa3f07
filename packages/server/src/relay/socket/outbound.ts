import type { Frame } from '../../upstream/upstream-socket.ts';

/** Frames on their way to a client, in their order. */
export type Outbound = {
  send(frame: Frame): void;
  /** What is sent from here on waits until the answer that is returned has been called. */
  wait(): () => void;
};

/** Frames pass at once, or wait for what must be written down before their client may read them. */
export function openOutbound(pass: (frame: Frame) => void): Outbound {
  let held: Frame[] = [];
  let waits = 0;
  return {
    send(frame) {
      if (waits === 0) pass(frame);
      else held.push(frame);
    },
    wait() {
      waits++;
      return () => {
        if (--waits > 0) return;
        const frames = held;
        held = [];
        for (const frame of frames) pass(frame);
      };
    },
  };
}
