import { anthropicMessages } from './anthropic-messages.ts';
import { gemini } from './gemini.ts';
import { geminiInteractions } from './gemini-interactions.ts';
import { deepseek, openaiChat, openrouter } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import { play, type Move, type Turn } from './play.ts';
import type { Asked, Vendor } from './asked.ts';
import { Complaint, type JsonObject } from './demand.ts';
import type { Incoming, Script } from './script.ts';
import { openSignatureCache, type SignatureCache } from './signatures.ts';

const scripts: Readonly<Record<Vendor, Script>> = {
  'openai-chat': openaiChat,
  openrouter,
  deepseek,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
  'gemini-interactions': geminiInteractions,
};

/** A call as an upstream saw it. */
export type Seen = {
  readonly vendor: Vendor;
  readonly body: JsonObject;
  /** Undefined when it was refused. */
  readonly asked: Asked | undefined;
  /** Why it was refused, when the vendor would have refused it. */
  readonly complaint: string | undefined;
  /** What is owed for the answer: its usage is told, or has to be estimated because the answer was not whole. */
  owed: 'usage' | 'usage with reasoning' | 'estimate' | 'nothing';
  /** The gateway hung up before the end. */
  hungUp: boolean;
};

export type Upstreams = {
  /** Base URL for the gateway's channel of a vendor. */
  baseUrl(vendor: Vendor): string;
  /** Every call so far. */
  readonly seen: readonly Seen[];
  stop(): Promise<void>;
};

/** Plays every vendor on one free port, each under its own path. */
export function startUpstreams(): Upstreams {
  const signatures = openSignatureCache();
  const seen: Seen[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const vendor = url.pathname.split('/')[1] as Vendor;
      const script = scripts[vendor];
      if (!script) return new Response(`no vendor at ${url.pathname}`, { status: 404 });
      const text = await request.text();
      const body = JSON.parse(text) as JsonObject;
      const { asked, move } = decide(script, { body, url, headers: request.headers }, vendor, text, signatures);
      const entry: Seen = {
        vendor,
        body,
        asked: typeof asked === 'string' ? undefined : asked,
        complaint: typeof asked === 'string' ? asked : undefined,
        owed: 'nothing',
        hungUp: false,
      };
      seen.push(entry);
      if (typeof asked === 'string') return Response.json(script.error(400, asked), { status: 400 });
      if (move.kind === 'refuse')
        return Response.json(script.error(move.status, `scripted refusal`), {
          status: move.status,
          headers: move.retryAfter === undefined ? {} : { 'retry-after': String(move.retryAfter) },
        });
      const turn = asked.thinking ? move.turn : withoutReasoningItems(move.turn);
      entry.owed =
        move.end !== 'well' && move.end !== 'late' && move.end !== 'slow'
          ? 'estimate'
          : turn.reasoning === undefined
            ? 'usage'
            : 'usage with reasoning';
      if (!asked.stream) return Response.json(script.whole(turn, asked, signatures));
      return streamOf(script.frames(turn, asked, signatures), move.end, script, entry);
    },
  });
  return {
    baseUrl: (vendor) => `http://127.0.0.1:${server.port}/${vendor}${versioned.has(vendor) ? '/v1' : ''}`,
    seen,
    stop: () => server.stop(true),
  };
}

/** Vendors whose base URL ends in a version. */
const versioned: ReadonlySet<Vendor> = new Set<Vendor>(['openai-chat', 'openrouter', 'openai-responses']);

/** What a vendor makes of a call; `asked` is its complaint when it refuses it. */
function decide(
  script: Script,
  call: Incoming,
  vendor: Vendor,
  text: string,
  signatures: SignatureCache,
): { readonly asked: Asked | string; readonly move: Move } {
  try {
    signatures.demandNoneOfOthers(vendor, text);
    const asked = script.read(call, signatures);
    return { asked, move: play(asked) };
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return { asked: error.message, move: { kind: 'refuse', status: 400 } };
  }
}

const withoutReasoningItems = ({ reasoning: _, ...turn }: Turn): Turn => turn;

type End = Extract<Move, { readonly kind: 'answer' }>['end'];

/** Of a slow upstream, each time. */
const silenceMs = 300;

function streamOf(frames: readonly string[], end: End, script: Script, entry: Seen): Response {
  const encoder = new TextEncoder();
  const half = Math.ceil(frames.length / 2);
  const told = end === 'well' ? frames : frames.slice(0, half);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      if (end === 'slow') {
        // It lives, and has nothing to say yet.
        controller.enqueue(encoder.encode(': thinking\n\n'));
        await Bun.sleep(silenceMs);
        controller.enqueue(encoder.encode(frames.slice(0, half).join('')));
        await Bun.sleep(silenceMs);
        controller.enqueue(encoder.encode(frames.slice(half).join('')));
        return controller.close();
      }
      // An odd cut, so that frames are split over reads as they are on a wire.
      const bytes = encoder.encode(told.join(''));
      const cut = Math.floor(bytes.length / 3);
      controller.enqueue(bytes.subarray(0, cut));
      controller.enqueue(bytes.subarray(cut));
      if (end === 'well') return controller.close();
      // Long enough for the client to have seen a part; a gateway may try another upstream until then.
      await Bun.sleep(end === 'late' ? 100 : 20);
      if (end === 'late') controller.enqueue(encoder.encode(frames.slice(half).join('')));
      if (end === 'error') controller.enqueue(encoder.encode(script.errorFrame('scripted break')));
      if (end !== 'never') controller.close();
    },
    cancel() {
      entry.hungUp = true;
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
