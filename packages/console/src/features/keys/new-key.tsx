import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { Segmented } from '../../components/ui/segmented.tsx';
import { addressOf } from '../../lib/base.ts';
import { useKeyWords } from './words.ts';

/** The text of a new key, the only time it is shown, with a first request that works as it stands. */
export function NewKey({ secret }: { readonly secret: string }) {
  const t = useKeyWords();
  const model = useFirstModel(secret);
  return (
    <div className="grid gap-5">
      <Notice tone="good" title={t('new.copyNow')}>
        {t('new.hashOnly')}
      </Notice>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken py-1.5 ps-3 pe-1.5">
        <code className="min-w-0 grow font-mono text-small break-all select-all" data-secret>
          {secret}
        </code>
        <CopyButton text={secret} what={t('new.theKey')} />
      </div>
      {model !== undefined && <Snippets secret={secret} model={model} />}
    </div>
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
  const t = useKeyWords();
  const [language, setLanguage] = useState<Language>('curl');
  if (model === null) return <p className="text-muted">{t('new.noModel', { url: addressOf('v1') })}</p>;
  return (
    <div className="grid gap-2">
      <div>
        <Segmented label={t('new.language')} segments={languages} value={language} onChange={setLanguage} />
      </div>
      <CodeBlock label={t('new.example')} text={snippet(language, secret, model)} />
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
