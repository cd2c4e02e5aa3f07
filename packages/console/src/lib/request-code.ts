/** A request for an answer as code: what is asked in the playground, said in the words of the vendors' own libraries. */

export const requestCodes = [
  { id: 'curl', label: 'curl' },
  { id: 'openai-js', label: 'OpenAI JS' },
  { id: 'openai-python', label: 'OpenAI Python' },
  { id: 'anthropic-python', label: 'Anthropic' },
  { id: 'gemini-python', label: 'Gemini' },
] as const;
export type RequestCode = (typeof requestCodes)[number]['id'];

type Fields = Readonly<Record<string, unknown>>;
export type CodeFacts = {
  /** Where the gateway is, without a slash at the end. */
  readonly root: string;
  /** The request, as the endpoint for chat completions takes it. */
  readonly body: Fields;
};

/** The key is read from the environment: it is in no code. */
const keyName = 'TOLLGATE_KEY';

const makers: Readonly<Record<RequestCode, (facts: CodeFacts) => string>> = {
  curl: ({ root, body }) =>
    lines(
      `curl ${root}/v1/chat/completions \\`,
      `  -H "Authorization: Bearer $${keyName}" \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -d '${JSON.stringify(shortened(body), undefined, 2).replaceAll("'", String.raw`'\''`)}'`,
    ),
  'openai-js': ({ root, body }) =>
    lines(
      `import OpenAI from 'openai';`,
      ``,
      `const client = new OpenAI({`,
      `  baseURL: ${JSON.stringify(`${root}/v1`)},`,
      `  apiKey: process.env.${keyName},`,
      `});`,
      `const answer = await client.chat.completions.create(${JSON.stringify(shortened(body), undefined, 2)});`,
      ...(body['stream'] === true
        ? [`for await (const part of answer) process.stdout.write(part.choices[0]?.delta.content ?? '');`]
        : [`console.log(answer.choices[0].message.content);`]),
    ),
  'openai-python': ({ root, body }) =>
    lines(
      `import os`,
      `from openai import OpenAI`,
      ``,
      `client = OpenAI(base_url=${JSON.stringify(`${root}/v1`)}, api_key=os.environ["${keyName}"])`,
      `answer = client.chat.completions.create(`,
      keywords(body),
      `)`,
      ...(body['stream'] === true
        ? [`for part in answer:`, `    if part.choices:`, `        print(part.choices[0].delta.content or "", end="")`]
        : [`print(answer.choices[0].message.content)`]),
    ),
  'anthropic-python': ({ root, body }) =>
    lines(
      `import os`,
      `from anthropic import Anthropic`,
      ``,
      `client = Anthropic(base_url=${JSON.stringify(root)}, api_key=os.environ["${keyName}"])`,
      `message = client.messages.create(`,
      keywords(asMessages(body)),
      `)`,
      `print(message.content)`,
    ),
  'gemini-python': ({ root, body }) =>
    lines(
      `import os`,
      `from google import genai`,
      ``,
      `client = genai.Client(`,
      `    api_key=os.environ["${keyName}"],`,
      `    http_options={"base_url": ${JSON.stringify(root)}},`,
      `)`,
      `answer = client.models.generate_content(`,
      keywords(asContents(body)),
      `)`,
      `print(answer.text)`,
    ),
};

/** The code for a request. Pictures are left out of it: they would hide the rest. */
export const codeOf = (id: RequestCode, facts: CodeFacts): string => makers[id](facts);

const lines = (...text: readonly string[]): string => text.join('\n');
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Without the data of pictures. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^(data:image\/\w{1,10};base64,).{40,}$/s, '$1…');
  if (Array.isArray(value)) return value.map(shortened);
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name, shortened(of)])) : value;
}

/** Arguments of a call in Python, a line each. */
const keywords = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `    ${name}=${python(shortened(value), 4)},`)
    .join('\n');

/** A value as Python writes it. */
function python(value: unknown, indent: number): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null || value === undefined) return 'None';
  const [inner, outer] = [' '.repeat(indent + 4), ' '.repeat(indent)];
  if (Array.isArray(value))
    return value.length === 0
      ? '[]'
      : `[\n${value.map((one) => `${inner}${python(one, indent + 4)},`).join('\n')}\n${outer}]`;
  if (!isFields(value)) return JSON.stringify(value);
  const entries = Object.entries(value);
  return entries.length === 0
    ? '{}'
    : `{\n${entries.map(([name, of]) => `${inner}${JSON.stringify(name)}: ${python(of, indent + 4)},`).join('\n')}\n${outer}}`;
}

const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const functionsOf = (body: Fields): readonly Fields[] =>
  listOf(body['tools']).map((tool) => fieldsOf(fieldsOf(tool)['function']));
const systemOf = (body: Fields): string | undefined => {
  const [first] = listOf(body['messages']).map(fieldsOf);
  return first?.['role'] === 'system' ? textOf(first['content']) : undefined;
};
const saidOf = (body: Fields): readonly Fields[] =>
  listOf(body['messages'])
    .map(fieldsOf)
    .filter(({ role }) => role !== 'system');
const schemaOf = (body: Fields): unknown => fieldsOf(fieldsOf(body['response_format'])['json_schema'])['schema'];
const partsOf = (message: Fields): readonly Fields[] =>
  typeof message['content'] === 'string' && message['content'] !== ''
    ? [{ type: 'text', text: message['content'] }]
    : listOf(message['content']).map(fieldsOf);
const callsOf = (message: Fields): readonly { readonly id: string; readonly name: string; readonly input: unknown }[] =>
  listOf(message['tool_calls']).map((call) => {
    const called = fieldsOf(fieldsOf(call)['function']);
    return {
      id: textOf(fieldsOf(call)['id']),
      name: textOf(called['name']),
      input: parsed(textOf(called['arguments'])),
    };
  });
const pictureOf = (part: Fields): { readonly type: string; readonly data: string } => {
  const url = textOf(fieldsOf(part['image_url'])['url']);
  return { type: /^data:([\w/+-]+);/.exec(url)?.[1] ?? 'image/png', data: '…' };
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The same for the Messages API. */
function asMessages(body: Fields): Fields {
  const tools = functionsOf(body).map((one) =>
    given({
      name: one['name'],
      description: one['description'],
      input_schema: one['parameters'] ?? { type: 'object' },
    }),
  );
  const schema = schemaOf(body);
  return given({
    model: body['model'],
    max_tokens: body['max_completion_tokens'] ?? 1024,
    system: systemOf(body),
    messages: saidOf(body).map((message) => {
      if (message['role'] === 'tool')
        return {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: message['tool_call_id'], content: message['content'] }],
        };
      const content = [
        ...partsOf(message).map((part) => {
          if (part['type'] !== 'image_url') return { type: 'text', text: part['text'] };
          const { type, data } = pictureOf(part);
          return { type: 'image', source: { type: 'base64', media_type: type, data } };
        }),
        ...callsOf(message).map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
      ];
      const [only] = content;
      const plain = content.length === 1 && only?.type === 'text' && 'text' in only;
      return { role: message['role'], content: plain ? only.text : content };
    }),
    temperature: body['temperature'],
    top_p: body['top_p'],
    tools: tools.length === 0 ? undefined : tools,
    output_config: schema === undefined ? undefined : { format: { type: 'json_schema', schema } },
  });
}

/** The same for generateContent. */
function asContents(body: Fields): Fields {
  const names = new Map(
    saidOf(body)
      .flatMap(callsOf)
      .map(({ id, name }) => [id, name]),
  );
  const declarations = functionsOf(body).map((one) =>
    given({ name: one['name'], description: one['description'], parameters_json_schema: one['parameters'] }),
  );
  const schema = schemaOf(body);
  const config = given({
    system_instruction: systemOf(body),
    temperature: body['temperature'],
    top_p: body['top_p'],
    max_output_tokens: body['max_completion_tokens'],
    seed: body['seed'],
    tools: declarations.length === 0 ? undefined : [{ function_declarations: declarations }],
    response_mime_type: schema === undefined ? undefined : 'application/json',
    response_json_schema: schema,
  });
  return given({
    model: body['model'],
    contents: saidOf(body).map((message) => {
      if (message['role'] === 'tool') {
        const name = names.get(textOf(message['tool_call_id'])) ?? '';
        return { role: 'user', parts: [{ function_response: { name, response: { result: message['content'] } } }] };
      }
      return {
        role: message['role'] === 'assistant' ? 'model' : 'user',
        parts: [
          ...partsOf(message).map((part) => {
            if (part['type'] !== 'image_url') return { text: part['text'] };
            const { type, data } = pictureOf(part);
            return { inline_data: { mime_type: type, data } };
          }),
          ...callsOf(message).map(({ name, input }) => ({ function_call: { name, args: input } })),
        ],
      };
    }),
    config: Object.keys(config).length === 0 ? undefined : config,
  });
}
