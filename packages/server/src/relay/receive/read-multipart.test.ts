import { afterAll, afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Refusal } from '../../domain/refusal.ts';
import { openSpool, type Spool } from '../../services/spool.ts';
import { emptyLoad } from '../admit/load.ts';
import { openDeadlines } from '../send/deadlines.ts';
import { writeMultipart } from './multipart/write-multipart.ts';
import type { Form } from './multipart/parts.ts';
import { formLimits, readMultipart, type FormLimits } from './read-multipart.ts';
import { cutAt, cuts, formBody, requestOf, sentField, sentFile, sentParts, wholePart } from './testing/forms.ts';
import type { SentPart } from './testing/forms.ts';

const dir = mkdtempSync(join(tmpdir(), 'tollgate-forms-'));
afterAll(() => rmSync(dir, { recursive: true }));
const spool = openSpool({ dir: join(dir, 'spool'), maxBytes: 1 << 30 });
const load = emptyLoad();
let skippedMs = 0;
const now = (): number => performance.now() + skippedMs;
const deadlines = openDeadlines(now, () => undefined);
afterAll(() => deadlines.close());

// Whatever happens in a test, in the end nothing is held.
afterEach(() => {
  expect(load.bufferedBytes).toBe(0);
  expect(spool.stats()).toEqual({ files: 0, bytes: 0 });
});

const boundary = 'b0undary';
/** Small, so that files of tests are spooled, too. */
const limits: FormLimits = { ...formLimits, maxBytes: 1 << 20, memoryBytes: 100, maxTextBytes: 4096 };

function read(
  request: Request,
  options: { limits?: Partial<FormLimits>; spool?: Spool; maxBufferedBytes?: number } = {},
) {
  return readMultipart(
    request,
    { ...limits, ...options.limits },
    {
      watch: { deadlines, now, load, maxBufferedBytes: options.maxBufferedBytes ?? 1 << 30 },
      spool: options.spool ?? spool,
    },
  );
}

async function using<T>(form: Promise<Form>, use: (form: Form) => T | Promise<T>): Promise<T> {
  const made = await form;
  try {
    return await use(made);
  } finally {
    made.release();
    made.release();
  }
}

/** Why something did not work; undefined when it did. */
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const whole = (form: Form): Promise<SentPart[]> => Promise.all(form.parts.map(wholePart));

/** The refusal of a body, in which bytes are one character each. */
async function refusalOf(body: string | Uint8Array, options: Parameters<typeof read>[1] = {}): Promise<Refusal> {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const refused = await failureOf(using(read(requestOf(boundary, [bytes]), options), () => undefined));
  if (!(refused instanceof Refusal)) throw new Error('it was not refused', { cause: refused });
  return refused;
}

describe('a form that is right', () => {
  test('fields, files, their headers and order', async () => {
    const parts = [
      sentField('model', 'whisper-1'),
      sentFile('file', Buffer.alloc(1000, 'x'), 'speech é.mp3'),
      sentField('tag[]', 'one'),
      sentField('tag[]', 'two'),
      sentFile('file', Buffer.from(''), ''),
      sentField('prompt', ''),
    ];
    await using(read(requestOf(boundary, [formBody(boundary, parts)])), async (form) => {
      expect(form.parts.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
        'field model',
        'file file',
        'field tag[]',
        'field tag[]',
        'file file',
        'field prompt',
      ]);
      expect(form.field('model')).toMatchObject({ value: 'whisper-1', contentType: undefined });
      expect([form.field('file'), form.field('none')]).toEqual([undefined, undefined]);
      expect(form.parts[1]).toMatchObject({ contentType: 'application/octet-stream', content: { size: 1000 } });
      expect((await whole(form)).map(({ content }) => content.length)).toEqual([9, 1000, 3, 3, 0, 0]);
    });
  });

  test.each([1, 7, 1000])(
    'a file that is small stays in memory, the rest of a form’s files is spooled (%p pieces)',
    async (count) => {
      const parts = [40, 50, 60, 10, 200].map((size, index) => sentFile(`f${index}`, Buffer.alloc(size, `${index}`)));
      const places = Array.from({ length: count - 1 }, (_, index) => (1000 * (index + 1)) / count);
      await using(read(requestOf(boundary, cutAt(formBody(boundary, parts), places))), async (form) => {
        // 40 + 50 fit; 60 does not; 10 does again; 200 does not.
        expect(spool.stats()).toEqual({ files: 1, bytes: 260 });
        expect((await whole(form)).map(({ content }) => Buffer.from(content).toString())).toEqual(
          parts.map(({ content }) => Buffer.from(content).toString()),
        );
        const headers = parts.reduce((sum, part) => sum + part.headers.length, 0);
        expect(load.bufferedBytes).toBe(100 + headers);
      });
    },
  );

  test.each([
    ['no parts', `--${boundary}--\r\n`, []],
    ['no line end at its end', `--${boundary}\r\n${sentField('a', '').headers}\r\n1\r\n--${boundary}--`, ['1']],
    [
      'an empty line at its beginning',
      `\r\n--${boundary}\r\n${sentField('a', '').headers}\r\n1\r\n--${boundary}--`,
      ['1'],
    ],
    [
      'a name without quotation marks',
      `--${boundary}\r\ncontent-disposition:form-data;name=a;\r\n\r\n1\r\n--${boundary}--`,
      ['1'],
    ],
    [
      'a text of a stated type',
      `--${boundary}\r\nContent-Disposition: form-data; name=a\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n{}\r\n--${boundary}--`,
      ['{}'],
    ],
    [
      'a file name with a path',
      `--${boundary}\r\nContent-Disposition: form-data; name="a"; filename="C:\\x\\y.txt"\r\n\r\n1\r\n--${boundary}--`,
      ['1'],
    ],
    [
      'a file name in the extended notation',
      `--${boundary}\r\nContent-Disposition: form-data; name="a"; filename*=utf-8''%e2%82%ac\r\n\r\n1\r\n--${boundary}--`,
      ['1'],
    ],
  ])('with %s', async (_name, body, contents) => {
    await using(read(requestOf(boundary, [Buffer.from(body, 'latin1')])), async (form) => {
      expect((await whole(form)).map(({ content }) => Buffer.from(content).toString())).toEqual([...contents]);
    });
  });

  test('a boundary in quotation marks, with all that may be in one', async () => {
    const odd = "a'b()+_,-./:=? 1";
    const request = requestOf('x', [formBody(odd, [sentField('a', '1')])], {
      'content-type': `Multipart/Form-Data; charset=utf-8; boundary="${odd}"`,
    });
    await using(read(request), (form) => expect(form.field('a')?.value).toBe('1'));
  });
});

describe('laws', () => {
  test('cutting the body anywhere changes nothing, and what is written of a form is the same form', async () => {
    await fc.assert(
      fc.asyncProperty(sentParts(boundary), cuts, cuts, fc.nat(300), async (parts, first, second, memoryBytes) => {
        const body = formBody(boundary, parts);
        const request = requestOf(boundary, cutAt(body, first));
        await using(read(request, { limits: { memoryBytes } }), async (form) => {
          expect(await whole(form)).toEqual([...parts]);
          const written = await sent(writeMultipart(form));
          const again = requestOf('x', cutAt(written.bytes, second), { 'content-type': written.contentType });
          await using(read(again, { limits: { memoryBytes: 0 } }), async (copy) => {
            expect(await whole(copy)).toEqual([...parts]);
            expect(copy.parts.map(({ kind, name }) => [kind, name])).toEqual(
              form.parts.map(({ kind, name }) => [kind, name]),
            );
          });
        });
      }),
      { numRuns: 300 },
    );
  });

  test('byte by byte', async () => {
    const parts = [sentField('model', 'm'), sentFile('file', Buffer.from(`\r\n--${boundary.slice(0, -1)}\r\r\n--`))];
    const body = formBody(boundary, parts);
    const pieces = Array.from(body, (byte) => Uint8Array.of(byte));
    await using(read(requestOf(boundary, pieces)), async (form) => expect(await whole(form)).toEqual(parts.map(plain)));
  });

  test('a body that stops anywhere is refused', async () => {
    const body = formBody(boundary, [sentField('model', 'm'), sentFile('file', Buffer.alloc(300, 'x'))]);
    // The line end behind the last boundary may be missing.
    for (let length = 0; length < body.length - 2; length += 1)
      expect((await refusalOf(body.subarray(0, length))).code).toBe('invalid_request');
  });

  test('another reader of forms reads what is written as we do', async () => {
    await fc.assert(
      fc.asyncProperty(sentParts(boundary), async (parts) => {
        await using(read(requestOf(boundary, [formBody(boundary, parts)])), async (form) => {
          const { bytes, contentType } = await sent(writeMultipart(form, { set: new Map([['model', 'm-2']]) }));
          const theirs = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
          expect(theirs.get('model')).toBe('m-2');
          for (const part of form.parts) {
            const given = theirs.get(part.name);
            const text = typeof given === 'string' ? given : await given?.text();
            expect(text).toBe(Buffer.from((await wholePart(part)).content).toString());
          }
        });
      }),
    );
  });
});

const plain = ({ headers, content }: SentPart): SentPart => ({ headers, content: Uint8Array.from(content) });

async function sent({ body, contentType }: ReturnType<typeof writeMultipart>) {
  const pieces: Uint8Array[] = [];
  for await (const piece of body.open()) pieces.push(piece);
  const bytes = new Uint8Array(Buffer.concat(pieces));
  expect(bytes.length).toBe(body.byteLength ?? -1);
  return { bytes, contentType };
}

describe('edits', () => {
  const parts = [
    sentField('language', 'en'),
    { ...sentField('model', 'alias'), headers: `${sentField('model', '').headers}Content-Length: 5\r\nX-Own: 1\r\n` },
    sentFile('file', Buffer.alloc(500, 'x')),
    sentField('tag[]', 'one'),
    sentField('tag[]', 'two'),
  ];
  const textOf = async (edits: Parameters<typeof writeMultipart>[1]): Promise<string> =>
    await using(read(requestOf(boundary, [formBody(boundary, parts)])), async (form) => {
      const { bytes, contentType } = await sent(writeMultipart(form, edits));
      const own = contentType.slice(contentType.indexOf('=') + 1);
      return Buffer.from(bytes).toString('latin1').replaceAll(own, boundary).replace('x'.repeat(500), 'xxx');
    });
  const expected = (...sentParts_: readonly SentPart[]): string =>
    Buffer.from(formBody(boundary, sentParts_)).toString('latin1').replace('x'.repeat(500), 'xxx');
  const [language, model, file, one, two] = parts as [SentPart, SentPart, SentPart, SentPart, SentPart];

  test('none: everything as it came', async () => {
    expect(await textOf({})).toBe(expected(...parts));
  });

  test('another value stands where the old one did; its length is not the old one’s', async () => {
    const edited = { headers: `${sentField('model', '').headers}X-Own: 1\r\n`, content: Buffer.from('whisper-é') };
    expect(await textOf({ set: new Map([['model', 'whisper-é']]) })).toBe(expected(language, edited, file, one, two));
  });

  test('a new field comes before the first file; its name cannot break out', async () => {
    const added = { headers: 'content-disposition: form-data; name="a%22%0D%0Ab"\r\n', content: Buffer.from('1') };
    expect(await textOf({ set: new Map([['a"\r\nb', '1']]) })).toBe(expected(language, model, added, file, one, two));
  });

  test('fields and files are left out', async () => {
    expect(await textOf({ drop: new Set(['file', 'language', 'none']) })).toBe(expected(model, one, two));
    expect(await textOf({ drop: new Set(['file']), set: new Map([['x', '1']]) })).toBe(
      expected(language, model, one, two, {
        headers: 'content-disposition: form-data; name="x"\r\n',
        content: Buffer.from('1'),
      }),
    );
  });

  test('a list that is set becomes one value', async () => {
    expect(await textOf({ set: new Map([['tag[]', 'only']]) })).toBe(
      expected(language, model, file, sentField('tag[]', 'only')),
    );
  });

  test('a value cannot hold the boundary that is written', async () => {
    const value = `m\r\n--${boundary}\r\nContent-Disposition: form-data; name="model"\r\n\r\nother`;
    await using(read(requestOf(boundary, [formBody(boundary, parts)])), async (form) => {
      const { bytes, contentType } = await sent(writeMultipart(form, { set: new Map([['model', value]]) }));
      await using(read(requestOf('x', [bytes], { 'content-type': contentType })), (copy) =>
        expect(copy.field('model')?.value).toBe(value),
      );
    });
  });

  test('it is read again each time it is sent, several times at once, until the form is given back', async () => {
    const form = await read(requestOf(boundary, [formBody(boundary, parts)]));
    const written = writeMultipart(form);
    const [first, second] = await Promise.all([sent(written), sent(written)]);
    expect(first.bytes).toEqual(second.bytes);
    form.release();
    expect(String(await failureOf(sent(written)))).toContain('given back');
  });
});

describe('a form that is wrong is refused, and nothing of it is kept', () => {
  const head = `--${boundary}\r\n`;
  const end = `\r\n--${boundary}--\r\n`;
  const disposition = 'Content-Disposition: form-data; name="a"\r\n';
  const cases: Record<string, string> = {
    'an empty body': '',
    'no boundary at all': 'model=x',
    'another boundary': '--other\r\n\r\n--other--\r\n',
    'something before the first boundary': `hello\r\n${head}${disposition}\r\n1${end}`,
    'something behind the last boundary': `${head}${disposition}\r\n1${end}${head}${disposition}\r\n2${end}`,
    'a blank behind a boundary': `--${boundary} \r\n${disposition}\r\n1${end}`,
    'a boundary that goes on': `${head}${disposition}\r\n1\r\n--${boundary}x\r\n${disposition}\r\n2${end}`,
    'a boundary with one dash': `${head}${disposition}\r\n1\r\n--${boundary}-\r\n`,
    'a boundary with a bare LF': `--${boundary}\n${disposition}\r\n1${end}`,
    'a part without headers': `${head}\r\n1${end}`,
    'headers that a boundary ends': `${head}${disposition}--${boundary}--\r\n`,
    'headers that a boundary with a colon ends': `${head}X-A: b\r\n--${boundary}: c\r\n${disposition}\r\n1${end}`,
    'headers that begin with a boundary': `${head}--${boundary}: c\r\n${disposition}\r\n1${end}`,
    'a part without a disposition': `${head}content-type: text/plain\r\n\r\n1${end}`,
    'another disposition': `${head}Content-Disposition: attachment; name="a"\r\n\r\n1${end}`,
    'two dispositions': `${head}${disposition}Content-Disposition: form-data; name="b"\r\n\r\n1${end}`,
    'two types': `${head}${disposition}content-type: a/b\r\ncontent-type: c/d\r\n\r\n1${end}`,
    'no name': `${head}Content-Disposition: form-data\r\n\r\n1${end}`,
    'an empty name': `${head}Content-Disposition: form-data; name=""\r\n\r\n1${end}`,
    'two names': `${head}Content-Disposition: form-data; name="a"; name="model"\r\n\r\n1${end}`,
    'two names, one with other letters': `${head}Content-Disposition: form-data; name="a"; NAME="model"\r\n\r\n1${end}`,
    'a name in the extended notation': `${head}Content-Disposition: form-data; name="a"; name*=utf-8''model\r\n\r\n1${end}`,
    'a name with a backslash': `${head}Content-Disposition: form-data; name="mod\\el"\r\n\r\n1${end}`,
    'a name that is not UTF-8': `${head}Content-Disposition: form-data; name="\xff"\r\n\r\n1${end}`,
    'a quotation mark that may be escaped': `${head}Content-Disposition: form-data; name="a\\"; filename="b"\r\n\r\n1${end}`,
    'a file name that may hide a name': `${head}Content-Disposition: form-data; filename="x\\"; name="model"; y="; name="a"\r\n\r\n1${end}`,
    'a name that is not closed': `${head}Content-Disposition: form-data; name="a\r\n\r\n1${end}`,
    'a blank before a colon': `${head}Content-Disposition : form-data; name="a"\r\n\r\n1${end}`,
    'a folded header': `${head}Content-Disposition: form-data;\r\n name="a"\r\n\r\n1${end}`,
    'a bare LF between headers': `${head}X-A: b\n${disposition}\r\n1${end}`,
    'a bare CR in a header': `${head}X-A: b\rc\r\n${disposition}\r\n1${end}`,
    'NUL in a header': `${head}X-A: \0\r\n${disposition}\r\n1${end}`,
    'a line without a colon': `${head}hello\r\n${disposition}\r\n1${end}`,
    'a content that is to be decoded': `${head}${disposition}Content-Transfer-Encoding: base64\r\n\r\nMQ==${end}`,
    'a text that is not UTF-8': `${head}${disposition}\r\n\xff${end}`,
    'a text in another charset': `${head}${disposition}content-type: text/plain; charset=utf-16\r\n\r\n1${end}`,
    'a text in two charsets': `${head}${disposition}content-type: text/plain; charset=utf-8; charset=utf-7\r\n\r\n1${end}`,
  };
  for (const [name, body] of Object.entries(cases))
    test(name, async () => {
      const refused = await refusalOf(body);
      expect([refused.status, refused.code]).toEqual([400, 'invalid_request']);
      // Cut anywhere it is as wrong.
      const pieces = Array.from(Buffer.from(body, 'latin1'), (byte) => Uint8Array.of(byte));
      expect(await failureOf(read(requestOf(boundary, pieces)))).toBeInstanceOf(Refusal);
    });

  test.each([
    ['a field twice', [sentField('model', 'a'), sentField('n', '1'), sentField('model', 'b')]],
    ['a field and a file', [sentField('model', 'a'), sentFile('model', Buffer.from('b'))]],
    ['a file and a field', [sentFile('model', Buffer.from('b')), sentField('model', 'a')]],
    ['a field and a list', [sentField('model', 'a'), sentField('model[]', 'b')]],
    ['a list and a field', [sentField('model[0]', 'b'), sentField('model', 'a')]],
    ['a field and a list of files', [sentField('model', 'a'), sentFile('model[]', Buffer.from('b'))]],
  ])('%s of one name', async (_name, parts) => {
    const refused = await refusalOf(formBody(boundary, parts));
    expect([refused.code, refused.message.includes('more than once')]).toEqual(['invalid_request', true]);
  });

  test.each([
    ['no boundary', 'multipart/form-data'],
    ['an empty boundary', 'multipart/form-data; boundary=""'],
    ['a boundary that is too long', `multipart/form-data; boundary=${'b'.repeat(71)}`],
    ['a boundary with a line end', 'multipart/form-data; boundary="a\tb"'],
    ['a boundary with other letters', 'multipart/form-data; boundary="a<b"'],
    ['a boundary that ends with a blank', 'multipart/form-data; boundary="ab "'],
    ['two boundaries', 'multipart/form-data; boundary=a; boundary=b'],
    ['another type', 'application/json'],
    ['another multipart type', 'multipart/mixed; boundary=a'],
  ])('%s', async (_name, type) => {
    const refused = await failureOf(read(requestOf('a', [], { 'content-type': type })));
    expect(refused).toMatchObject({ code: 'invalid_request' });
  });

  test('a body that is compressed', async () => {
    const refused = await failureOf(read(requestOf(boundary, [], { 'content-encoding': 'gzip' })));
    expect(refused).toMatchObject({ code: 'unsupported_encoding' });
  });
});

describe('limits', () => {
  test('parts', async () => {
    const parts = Array.from({ length: 4 }, (_, index) => sentField(`f${index}`, ''));
    const body = formBody(boundary, parts);
    await using(read(requestOf(boundary, [body]), { limits: { maxParts: 4 } }), (form) =>
      expect(form.parts.length).toBe(4),
    );
    expect(await refusalOf(body, { limits: { maxParts: 3 } })).toMatchObject({ status: 400 });
  });

  test.each([1, 100_000])('headers of a part (pieces of %p bytes)', async (size) => {
    const part = { headers: `X-Long: ${'y'.repeat(300)}\r\n${sentField('a', '').headers}`, content: Buffer.from('1') };
    const body = formBody(boundary, [part]);
    const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
      body.slice(at * size, (at + 1) * size),
    );
    const exactly = part.headers.length - 2;
    await using(read(requestOf(boundary, pieces), { limits: { maxHeaderBytes: exactly } }), () => undefined);
    const refused = await failureOf(read(requestOf(boundary, pieces), { limits: { maxHeaderBytes: exactly - 1 } }));
    expect(refused).toMatchObject({ code: 'invalid_request' });
  });

  test('headers that never end', async () => {
    const pieces = [
      Buffer.from(`--${boundary}\r\nX-Long: `),
      ...Array.from({ length: 50 }, () => Buffer.alloc(1000, 'y')),
    ];
    expect(await failureOf(read(requestOf(boundary, pieces)))).toMatchObject({ code: 'invalid_request' });
  });

  test('text, of all fields together', async () => {
    const parts = [
      sentField('a', 'x'.repeat(3000)),
      sentFile('f', Buffer.alloc(3000)),
      sentField('b', 'y'.repeat(1097)),
    ];
    expect(await refusalOf(formBody(boundary, parts))).toMatchObject({ status: 413, param: 'b' });
  });

  test('the whole, whether or not its length is announced', async () => {
    const body = formBody(boundary, [sentFile('f', Buffer.alloc(5000))]);
    const options = { limits: { maxBytes: body.length - 1 } };
    expect(await refusalOf(body, options)).toMatchObject({ status: 413, code: 'request_too_large' });
    const announced = requestOf(boundary, cutAt(body, [500]), { 'content-length': `${body.length}` });
    expect(await failureOf(read(announced, options))).toMatchObject({ code: 'request_too_large' });
    await using(read(requestOf(boundary, [body]), { limits: { maxBytes: body.length } }), () => undefined);
  });

  test('memory of the process', async () => {
    const body = formBody(boundary, [sentFile('f', Buffer.alloc(5000))]);
    const request = requestOf(boundary, cutAt(body, [100, 500, 800]));
    expect(await failureOf(read(request, { limits: { memoryBytes: 5000 }, maxBufferedBytes: 2000 }))).toMatchObject({
      code: 'overloaded',
    });
  });

  test('the spool', async () => {
    const small = openSpool({ dir: join(dir, 'small'), maxBytes: 4000 });
    const body = formBody(boundary, [sentFile('f', Buffer.alloc(5000))]);
    const request = requestOf(boundary, cutAt(body, [100, 500, 800]));
    expect(await failureOf(read(request, { spool: small }))).toMatchObject({ code: 'overloaded', status: 503 });
    expect(small.stats()).toEqual({ files: 0, bytes: 0 });
  });

  test('a disk that is slow is not the client’s slowness', async () => {
    const slow: Spool = {
      ...spool,
      async create() {
        const file = await spool.create();
        return {
          ...file,
          async append(bytes) {
            skippedMs += 100_000;
            await Bun.sleep(120);
            await file.append(bytes);
          },
        };
      },
    };
    const body = formBody(boundary, [sentFile('f', Buffer.alloc(5000))]);
    const pieces = [...cutAt(body, [500])];
    const request = new Request('http://gateway.test/v1/x', {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            await Bun.sleep(120);
            const piece = pieces.shift();
            if (piece) controller.enqueue(piece);
            else controller.close();
          },
        },
        { highWaterMark: 0 },
      ),
    });
    await using(read(request, { spool: slow }), (form) => expect(form.parts[0]?.content.size).toBe(5000));
  });

  test('a spool that is broken is no refusal, and nothing is kept', async () => {
    const broken: Spool = { ...spool, create: () => Promise.reject(new Error('EIO')) };
    const request = requestOf(boundary, [formBody(boundary, [sentFile('f', Buffer.alloc(5000))])]);
    expect(String(await failureOf(read(request, { spool: broken })))).toContain('EIO');
  });
});
