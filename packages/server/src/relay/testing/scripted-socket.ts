import type { Server, ServerWebSocket } from 'bun';
import type { Frame } from '../../upstream/upstream-socket.ts';

/** One session as the scripted upstream sees it. */
export type UpstreamSession = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly frames: Frame[];
  /** Code of the close frame, once it has ended. */
  closed: number | undefined;
  readonly socket: ServerWebSocket<UpstreamSession>;
};

export type SocketScript = {
  /** Answers the handshake in place of a session. */
  handshake?(request: Request): Response | undefined | Promise<Response | undefined>;
  opened?(session: UpstreamSession): void;
  /** Default: the frame comes back. */
  frame?(session: UpstreamSession, frame: Frame): void;
};

/** A provider of sessions played by a script, on a real socket. For tests. */
export type ScriptedSocket = {
  readonly baseUrl: string;
  readonly sessions: UpstreamSession[];
  /** Handshakes, refused ones too. */
  readonly asked: () => number;
  close(): Promise<void>;
};

type Opening = { -readonly [K in keyof UpstreamSession]: UpstreamSession[K] };

export function openScriptedSocket(script: SocketScript = {}): ScriptedSocket {
  const sessions: UpstreamSession[] = [];
  let asked = 0;
  const server: Server<Opening> = Bun.serve<Opening>({
    port: 0,
    async fetch(request, self) {
      asked++;
      const refused = await script.handshake?.(request);
      if (refused) return refused;
      const { pathname, search } = new URL(request.url);
      const headers = Object.fromEntries(request.headers);
      const data = { path: pathname + search, headers, frames: [], closed: undefined } as Partial<Opening> as Opening;
      self.upgrade(request, { data });
      return undefined;
    },
    websocket: {
      open(socket) {
        socket.data.socket = socket;
        sessions.push(socket.data);
        script.opened?.(socket.data);
      },
      message({ data }, frame) {
        const own = typeof frame === 'string' ? frame : Uint8Array.from(frame);
        data.frames.push(own);
        if (script.frame) script.frame(data, own);
        else data.socket.send(own);
      },
      close({ data }, code) {
        data.closed = code;
      },
      maxPayloadLength: 64 << 20,
      backpressureLimit: 256 << 20,
      idleTimeout: 0,
    },
  });
  return {
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    sessions,
    asked: () => asked,
    close: () => server.stop(true),
  };
}
