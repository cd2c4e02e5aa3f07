import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Segments } from '../../components/segments.tsx';
import { addressOf } from '../../lib/base.ts';

type NewKeyProps = { readonly secret: string; readonly name: string; readonly onDone: () => void };

/** The text of a new key, the only time it is shown, with a first request that works as it stands. */
export function NewKey({ secret, name, onDone }: NewKeyProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const model = useFirstModel(secret);
  return (
    <Card className="mt-4 overflow-hidden">
      <div className="p-4 sm:p-5">
        <h2 ref={title} tabIndex={-1} className="flex items-center gap-2 font-semibold">
          <Icon name="check" className="size-4 text-good" />
          {name} is ready
        </h2>
        <p className="mt-1 text-muted">Copy it now. It is stored as a hash only and cannot be shown again.</p>
        <div className="mt-3 flex items-center gap-2 rounded-[var(--radius)] border border-line bg-sunken py-1.5 ps-3 pe-1.5">
          <code className="min-w-0 grow font-mono text-[0.8125rem] break-all select-all" data-secret>
            {secret}
          </code>
          <CopyButton text={secret} what="the key" />
        </div>
        {model !== undefined && <Snippets secret={secret} model={model} />}
      </div>
      <div className="flex justify-end border-t border-line bg-sunken px-4 py-3 sm:px-5">
        <Button onClick={onDone}>I have copied it</Button>
      </div>
    </Card>
  );
}

/** A model that this very key may use, so that the snippets run unchanged; null when there is none yet. */
function useFirstModel(secret: string): string | null | undefined {
  const { data } = useQuery({
    queryKey: ['first-model', secret.slice(-4)],
    queryFn: async ({ signal }): Promise<string | null> => {
      const response = await fetch(addressOf('v1/models'), {
        headers: { authorization: `Bearer ${secret}` },
        credentials: 'omit',
        signal,
      });
      const list = (await response.json()) as { readonly data?: readonly { readonly id: string }[] };
      return list.data?.[0]?.id ?? null;
    },
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  return data;
}

const languages = [
  { value: 'curl', label: 'curl' },
  { value: 'javascript', label: 'JavaScript' },
  { value: 'python', label: 'Python' },
] as const;
type Language = (typeof languages)[number]['value'];

function Snippets({ secret, model }: { readonly secret: string; readonly model: string | null }) {
  const [language, setLanguage] = useState<Language>('curl');
  if (model === null)
    return (
      <p className="mt-4 text-muted">
        No channel serves a model to this key yet. Its base URL will be{' '}
        <code className="font-mono">{addressOf('v1')}</code>.
      </p>
    );
  const text = snippet(language, secret, model);
  return (
    <div className="mt-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Segments legend="Language of the example" segments={languages} value={language} onChange={setLanguage} />
        <CopyButton text={text} what="the example" />
      </div>
      <pre
        className="mt-2 overflow-x-auto rounded-[var(--radius)] border border-line bg-sunken p-3 font-mono text-[0.8125rem] leading-relaxed"
        tabIndex={0}
        aria-label="Example"
        role="region"
      >
        {text}
      </pre>
    </div>
  );
}

function snippet(language: Language, secret: string, model: string): string {
  const url = addressOf('v1');
  // JSON's quoting is right for both languages, and for the shell once single quotes are seen to.
  const quoted = JSON.stringify(model);
  switch (language) {
    case 'curl':
      return [
        `curl ${url}/chat/completions \\`,
        `  -H 'Authorization: Bearer ${secret}' \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d '{"model": ${quoted.replaceAll("'", String.raw`'\''`)}, "messages": [{"role": "user", "content": "Hello"}]}'`,
      ].join('\n');
    case 'javascript':
      return [
        `import OpenAI from 'openai';`,
        ``,
        `const client = new OpenAI({`,
        `  baseURL: '${url}',`,
        `  apiKey: '${secret}',`,
        `});`,
        `const answer = await client.chat.completions.create({`,
        `  model: ${quoted},`,
        `  messages: [{ role: 'user', content: 'Hello' }],`,
        `});`,
        `console.log(answer.choices[0].message.content);`,
      ].join('\n');
    case 'python':
      return [
        `from openai import OpenAI`,
        ``,
        `client = OpenAI(base_url="${url}", api_key="${secret}")`,
        `answer = client.chat.completions.create(`,
        `    model=${quoted},`,
        `    messages=[{"role": "user", "content": "Hello"}],`,
        `)`,
        `print(answer.choices[0].message.content)`,
      ].join('\n');
  }
}
