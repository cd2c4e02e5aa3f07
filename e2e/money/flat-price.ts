/** What one call costs in nano-dollars: a flat price, so that what is held for a request is what it costs. */
export const callNanos = 1_000_000n;

/** A gateway config with the one model `flat` behind one upstream. */
export const flatConfig = (baseUrl: string): string => `
channels:
  - { name: flat, provider: openai, baseUrl: "${baseUrl}", credentials: [{ apiKey: sk-upstream }], models: [flat] }
models:
  - { name: flat, price: { perCall: 0.001 } }
`;

/** A call's outcome: status, id, and whether its answer arrived whole. */
export type CallOutcome = { readonly status: number; readonly requestId: string; readonly whole: boolean };

/** One call, read to its end. Status 0 when the connection failed. Each has a connection of its own, so that workers share them out. */
export async function callFlat(url: string, key: string, stream: boolean, signal?: AbortSignal): Promise<CallOutcome> {
  let status = 0;
  let requestId = '';
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'flat', stream, messages: [{ role: 'user', content: 'go' }] }),
      keepalive: false,
      ...(signal === undefined ? {} : { signal }),
    });
    status = response.status;
    requestId = response.headers.get('x-request-id') ?? '';
    const text = await response.text();
    const whole = stream
      ? text.endsWith('data: [DONE]\n\n')
      : (JSON.parse(text) as { object?: string }).object === 'chat.completion';
    return { status, requestId, whole: whole && status === 200 };
  } catch {
    return { status, requestId, whole: false };
  }
}

/** Runs `work` for 0 … `count` - 1, at most `width` at once. */
export async function inParallel<T>(
  count: number,
  width: number,
  work: (index: number) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let index = next++; index < count; index = next++) results.push(await work(index));
    }),
  );
  return results;
}
