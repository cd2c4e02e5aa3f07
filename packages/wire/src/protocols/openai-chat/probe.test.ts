import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { StreamProbe } from '../../protocol.ts';
import { concatBytes, decodeText, encodeText } from '../../text.ts';
import { probeChat, type ProbeOptions } from './probe.ts';
import { readChatResponse } from './response.ts';

type Facts = Pick<StreamProbe, 'meaningful' | 'finished' | 'finishReason' | 'usage' | 'error' | 'outputEstimate'>;

function facts(probe: StreamProbe): Facts {
  const { meaningful, finished, finishReason, usage, error, outputEstimate } = probe;
  return { meaningful, finished, finishReason, usage, error, outputEstimate };
}

/** Runs a stream cut at these places; returns what went on and what was learnt. */
function run(
  bytes: Uint8Array,
  cuts: readonly number[],
  options: ProbeOptions,
): { readonly out: string; readonly facts: Facts } {
  const probe = probeChat(options);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    const out = probe.push(bytes.slice(from, cut));
    if (out) parts.push(out);
    from = cut;
  }
  const rest = probe.end();
  if (rest) parts.push(rest);
  return { out: decodeText(concatBytes(parts)), facts: facts(probe) };
}

const stream = (text: string, hideUsage = true, cuts: readonly number[] = []) =>
  run(encodeText(text), cuts, { hideUsage });

function delta(content: string, more = ''): string {
  return `data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}},"finish_reason":null}],"usage":null${more}}\n\n`;
}
const stop = 'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const usageObject =
  '{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4}}';
const usageOnly = `data: {"id":"c","choices":[],"usage":${usageObject}}\n\n`;
const done = 'data: [DONE]\n\n';
const usage = { inputText: 6, cacheRead: 4, outputText: 5 };

describe('probeChat', () => {
  test('returns the very chunk, and learns from it', () => {
    const probe = probeChat({ hideUsage: true });
    for (const text of [delta(''), delta('hello') + delta('!'), ': keep-alive\n\n', stop, done]) {
      const chunk = encodeText(text);
      expect(probe.push(chunk)).toBe(chunk);
    }
    expect(probe.end()).toBeUndefined();
    expect(facts(probe)).toEqual({
      meaningful: true,
      finished: true,
      finishReason: true,
      usage: undefined,
      error: undefined,
      outputEstimate: 2,
    });
  });

  test('leaves the usage-only chunk out for a client that did not ask, and only for it', () => {
    const text = delta('a') + stop + usageOnly + done;
    expect(stream(text)).toMatchObject({ out: delta('a') + stop + done, facts: { usage, finished: true } });
    expect(stream(text, false)).toMatchObject({ out: text, facts: { usage } });
    const spaced = usageOnly.replace('"usage":', '"usage" :\t').replace('"choices":[]', '"choices": [ ]');
    expect(stream(delta('a') + spaced + done).out).toBe(delta('a') + done);
    expect(stream(usageOnly.replaceAll('\n', '\r\n') + done)).toMatchObject({ out: done, facts: { usage } });
  });

  test('takes only the usage out of a chunk that carries a finish reason, wherever it stands', () => {
    const choices = '"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]';
    const chunk = (inner: string): string => `data: {${inner}}\n\n`;
    for (const [given, left] of [
      [`"big":12345678901234567890, ${choices} , "usage": ${usageObject}`, `"big":12345678901234567890, ${choices}`],
      [`"usage": ${usageObject} , ${choices} `, `${choices} `],
      [`"a":1,"usage":${usageObject},${choices}`, `"a":1,${choices}`],
    ] as const) {
      const { out, facts: learnt } = stream(chunk(given) + done);
      expect(out).toBe(chunk(left) + done);
      expect(learnt).toMatchObject({ usage, finishReason: true, meaningful: true });
    }
  });

  test('text that looks like structure fools nobody', () => {
    const text =
      delta('"usage":{"prompt_tokens":1} [DONE] {"error":{"message":"x"}} "choices":[]') +
      delta('\\"error\\":{}') +
      stop;
    const { out, facts: learnt } = stream(text);
    expect(out).toBe(text);
    expect(learnt).toMatchObject({ usage: undefined, error: undefined, finished: false });
  });

  test('an error frame is told, and neither it nor what follows is handed on', () => {
    const frames = [
      'data: {"error":{"message":"boom","type":"server_error","code":"x"}}\n\n',
      'data: {"error":"boom"}\n\n',
      'event: error\ndata: {"message":"boom"}\n\n',
      'data: {"object":"error","message":"boom","code":40303}\n\n',
      'data: {"id":"g","error":{"code":429,"message":"boom"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n',
    ];
    for (const frame of frames) {
      const { out, facts: learnt } = stream(delta('a') + frame + delta('b'));
      expect(out).toBe(delta('a'));
      expect(learnt.error?.message).toBe('boom');
    }
    expect(stream(frames[4]!).facts.error?.status).toBe(429);
    expect(stream('{"error":{"message":"boom"}}')).toMatchObject({ out: '', facts: { error: { message: 'boom' } } });
    expect(stream('event: error\ndata: oh no\n\n').facts.error).toMatchObject({ status: 500 });
    expect(stream(delta('a', ',"error":null')).facts.error).toBeUndefined();
  });

  test('knows every kind of answer', () => {
    const kinds = [
      '{"reasoning_content":"x"}',
      '{"reasoning":"x"}',
      '{"refusal":"no"}',
      '{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":""}}]}',
      '{"function_call":{"name":"f"}}',
      '{"audio":{"data":"AAAA"}}',
      '{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}',
      '{"images":[{"type":"image_url"}]}',
    ];
    for (const kind of kinds) {
      expect(stream(`data: {"choices":[{"delta":${kind}}]}\n\n`).facts.meaningful).toBe(true);
    }
    for (const nothing of [
      '{}',
      '{"role":"assistant","content":""}',
      '{"content":null,"tool_calls":[]}',
      '{"audio":{ }}',
      '{"x":"y"}',
    ]) {
      expect(stream(`data: {"choices":[{"delta":${nothing},"finish_reason":null}]}\n\n`).facts).toMatchObject({
        meaningful: false,
        finishReason: false,
      });
    }
    expect(stream('data: {"choices":[{"text":"legacy","finish_reason":null}]}\n\n').facts).toMatchObject({
      meaningful: true,
      outputEstimate: 2,
    });
    expect(stream('data: {"choices":[{"delta":{},"finish_reason":"content_filter"}]}\n\n').facts.meaningful).toBe(true);
  });

  test('reads usage inside choices (Moonshot) and lets the later, outer report win', () => {
    const inner = `data: {"choices":[{"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":2}}]}\n\n`;
    expect(stream(inner).facts.usage).toEqual({ inputText: 3, outputText: 2 });
    expect(stream(inner + usageOnly).facts.usage).toEqual(usage);
    expect(stream(usageOnly + inner).facts.usage).toEqual(usage);
    expect(
      run(encodeText(usageOnly), [], {
        hideUsage: true,
        readUsage: (raw) => ({ requests: Number(raw['total_tokens']) }),
      }).facts.usage,
    ).toEqual({ requests: 15 });
  });

  test('data over several lines is one chunk', () => {
    const frame = `event: x\ndata: {"choices":\ndata: [{"delta":{"content":"a"},"finish_reason":"stop"}],\n: c\ndata: "usage":${usageObject}\ndata: ,"z":1}\n\n`;
    const { out, facts: learnt } = stream(frame);
    expect(learnt).toMatchObject({ meaningful: true, finishReason: true, usage });
    expect(out).toBe(
      'event: x\ndata: {"choices":\ndata: [{"delta":{"content":"a"},"finish_reason":"stop"}]\ndata: ,"z":1}\n\n',
    );
    expect(stream('data: {"choices":[],\ndata: "usage":{"prompt_tokens":1}}\n\n').out).toBe('');
  });

  test('ends a last frame that lacks its blank line, and drops one that was cut off', () => {
    expect(stream(delta('a') + 'data: [DONE]').out).toBe(delta('a') + done);
    expect(stream(delta('a') + 'data: [DONE]\n').out).toBe(delta('a') + done);
    expect(stream(delta('a') + usageOnly.trimEnd())).toMatchObject({ out: delta('a'), facts: { usage } });
    expect(stream(delta('a') + delta('b').slice(0, 40)).out).toBe(delta('a'));
  });

  test('a frame longer than the bound goes through unread, in bounded memory', () => {
    const long = `data: {"choices":[],"usage":{"prompt_tokens":1},"pad":"${'x'.repeat(300)}"}\n\n`;
    const bytes = encodeText(delta('a') + long + usageOnly + done);
    for (let cut = 1; cut < bytes.length; cut++) {
      const { out, facts: learnt } = run(bytes, [cut, cut + 7, cut * 2], { hideUsage: true, maxFrameBytes: 200 });
      expect(out).toBe(delta('a') + long + done);
      expect(learnt).toMatchObject({ usage, meaningful: true, finished: true });
    }
  });
});

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '"usage":{"prompt_tokens":1}',
    '[DONE]',
    '\n\ndata: [DONE]\n\n',
    '{"error":{"message":"x"}}',
    '\\',
    '"',
    '漢字',
  ),
);
const eol = fc.constantFrom('\n', '\r\n', '\r');
const usageArb = fc.record({ prompt_tokens: fc.nat(1000), completion_tokens: fc.nat(1000) });
const chunkArb = fc.oneof(
  fc.record(
    {
      choices: fc.array(
        fc.record({
          delta: fc.record({ content: text, reasoning: text }, { requiredKeys: [] }),
          finish_reason: fc.constantFrom(null, 'stop'),
        }),
        { maxLength: 2 },
      ),
      usage: fc.oneof(fc.constant(null), usageArb),
      extra: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
  fc.record({ error: fc.oneof(fc.constant(null), fc.record({ message: text })) }),
);
const frameArb = fc
  .tuple(
    fc.oneof(
      { arbitrary: chunkArb.map((chunk) => (end: string) => `data: ${JSON.stringify(chunk)}${end}`), weight: 6 },
      {
        arbitrary: chunkArb.map(
          (chunk) => (end: string) =>
            JSON.stringify(chunk, null, 1)
              .split('\n')
              .map((line) => `data:${line}${end}`)
              .join(''),
        ),
        weight: 2,
      },
      {
        arbitrary: fc
          .constantFrom(
            'data: [DONE]',
            ': comment',
            'event: error',
            'id: 1',
            'data',
            'data: {"choices":[',
            'data: {"usage":{"a":"',
            '',
          )
          .map((line) => (end: string) => line + end),
        weight: 2,
      },
      { arbitrary: fc.string().map((line) => (end: string) => line + end), weight: 1 },
    ),
    eol,
  )
  .map(([frame, end]) => frame(end) + end);

describe('laws of probeChat', () => {
  test('cutting the bytes anywhere changes neither what goes on nor what is learnt', () => {
    fc.assert(
      fc.property(
        fc.array(frameArb, { maxLength: 8 }),
        fc.string({ maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        fc.boolean(),
        fc.constantFrom(40, 8 << 20),
        (frames, tail, cuts, hideUsage, maxFrameBytes) => {
          const bytes = encodeText(frames.join('') + tail);
          const options = { hideUsage, maxFrameBytes };
          expect(run(bytes, cuts, options)).toEqual(run(bytes, [], options));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('byte by byte too, on any bytes, without throwing', () => {
    const bytesArb = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .array(fc.constantFrom(0x0a, 0x0d, 0x64, 0x7b, 0x22, 0xef, 0xbb, 0xbf), { maxLength: 30 })
        .map((list) => Uint8Array.from(list)),
      fc.array(frameArb, { maxLength: 3 }).map((list) => encodeText(list.join(''))),
    );
    fc.assert(
      fc.property(bytesArb, fc.boolean(), (bytes, hideUsage) => {
        const every = Array.from(bytes, (_, index) => index);
        const whole = run(bytes, [], { hideUsage });
        expect(run(bytes, every, { hideUsage })).toEqual(whole);
      }),
      // A stream that is nothing but a byte order mark was told otherwise when it came in pieces.
      { numRuns: 1000, examples: [[Uint8Array.of(0xef, 0xbb, 0xbf), false]] },
    );
  });

  test('every content chunk reaches the client: what is left out holds no choice', () => {
    fc.assert(
      fc.property(fc.array(chunkArb, { maxLength: 6 }), (chunks) => {
        const good = chunks.filter((chunk) => !('error' in chunk));
        const { out } = stream(good.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(''));
        const got = out
          .split('\n\n')
          .filter(Boolean)
          .map((frame) => JSON.parse(frame.slice(6)) as unknown);
        const want = good.flatMap((chunk): readonly unknown[] => {
          const { usage: reported, ...rest } = chunk as { usage?: object | null; choices?: readonly unknown[] };
          if (!reported) return [chunk];
          return rest.choices?.length ? [rest] : [];
        });
        expect(got).toEqual(JSON.parse(JSON.stringify(want)) as unknown[]);
      }),
      { numRuns: 1000 },
    );
  });

  test('the two readers of answers agree on what is one', () => {
    const value = fc.oneof(fc.constantFrom<unknown>(null, '', 'x', [], {}, 0, false), fc.jsonValue({ maxDepth: 3 }));
    const message = fc.dictionary(
      fc.constantFrom('content', 'tool_calls', 'audio', 'refusal', 'role', 'reasoning', 'reasoning_details', 'x'),
      value,
    );
    fc.assert(
      fc.property(message, (m) => {
        const whole = readChatResponse(JSON.parse(JSON.stringify({ choices: [{ message: m }] })));
        const streamed = stream(`data: ${JSON.stringify({ choices: [{ delta: m }] })}\n\n`).facts;
        expect(streamed.meaningful).toBe(whole.meaningful);
      }),
      { numRuns: 500 },
    );
  });
});
