import type { WebSocketHandler } from 'bun';
import type { Frame } from '../../upstream/upstream-socket.ts';

/** A client's connection once it is a WebSocket, as far as sessions use it; Bun's `ServerWebSocket` is one. */
export type ClientSocket = {
  /** Less than 0 when it waits for the client, 0 when it was dropped. */
  send(frame: Frame): number;
  getBufferedAmount(): number;
  pause(): unknown;
  resume(): unknown;
  close(code: number, reason: string): void;
  terminate(): void;
};

/** What is told of it. */
export type ClientEvents = {
  opened(socket: ClientSocket): void;
  frame(frame: Frame): void;
  /** What waited has been taken. */
  drained(): void;
  closed(code: number): void;
};

/** Makes a WebSocket of a request's connection, with further headers of the answer; false when it is gone. */
export type Upgrade = (request: Request, events: ClientEvents, headers: Readonly<Record<string, string>>) => boolean;

/** A larger frame ends the session: OpenAI's largest event is 15 MiB. */
export const maxFrameBytes = 16 << 20;

/** Frames in flight to one client beyond which its session ends; the upstream is paused long before. */
const maxWaitingBytes = 4 * maxFrameBytes;

/** What `Bun.serve` does with WebSockets: their sessions know. */
export const clientSockets: WebSocketHandler<ClientEvents> = {
  open: (socket) => socket.data.opened(socket),
  message: (socket, frame) => socket.data.frame(frame),
  drain: (socket) => socket.data.drained(),
  close: (socket, code) => socket.data.closed(code),
  maxPayloadLength: maxFrameBytes,
  backpressureLimit: maxWaitingBytes,
  // Sessions have deadlines of their own.
  idleTimeout: 0,
  perMessageDeflate: false,
};
