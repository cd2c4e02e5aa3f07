/**
 * Links that open a client with the gateway filled in: its name, a bar, and its address, in which `{key}`, `{address}` and
 * `{model}` stand for what is put there, encoded for an address. Administrators have their own in the setting `site.clients`.
 */
export const knownClients: readonly string[] = [
  // https://github.com/farion1231/cc-switch: each of its applications has its own address.
  'CC Switch: Claude Code|ccswitch://v1/import?resource=provider&app=claude&name=Tollgate&endpoint={address}&apiKey={key}&model={model}',
  'CC Switch: Codex|ccswitch://v1/import?resource=provider&app=codex&name=Tollgate&endpoint={address}%2Fv1&apiKey={key}&model={model}',
  'CC Switch: Gemini CLI|ccswitch://v1/import?resource=provider&app=gemini&name=Tollgate&endpoint={address}&apiKey={key}&model={model}',
  'AionUI|aionui://add-provider?baseUrl={address}%2Fv1&apiKey={key}',
  'NextChat|https://app.nextchat.dev/#/?settings=%7B%22key%22%3A%22{key}%22%2C%22url%22%3A%22{address}%22%7D',
  'LobeChat|https://chat-preview.lobehub.com/?settings=%7B%22keyVaults%22%3A%7B%22openai%22%3A%7B%22apiKey%22%3A%22{key}%22%2C%22baseURL%22%3A%22{address}%2Fv1%22%7D%7D%7D',
  'AI as Workspace|https://aiaw.app/set-provider?provider=%7B%22type%22%3A%22openai%22%2C%22settings%22%3A%7B%22apiKey%22%3A%22{key}%22%2C%22baseURL%22%3A%22{address}%2Fv1%22%2C%22compatibility%22%3A%22strict%22%7D%7D',
  'OpenCat|opencat://team/join?domain={address}&token={key}',
  'AMA|ama://set-api-key?server={address}&key={key}',
];

export type ClientFacts = { readonly root: string; readonly key: string; readonly model: string };

/** The links of the clients, ready to be opened. What is no link is left out. */
export function clientLinks(
  clients: readonly string[],
  { root, key, model }: ClientFacts,
): readonly { readonly name: string; readonly href: string }[] {
  const facts = { key, address: root, model };
  return clients.flatMap((text) => {
    const bar = text.indexOf('|');
    const template = text.slice(bar + 1).trim();
    if (bar < 1 || !URL.canParse(template.replaceAll(/[{}]/g, ''))) return [];
    const href = template.replaceAll(/\{(key|address|model)\}/g, (_, name: keyof typeof facts) =>
      encodeURIComponent(facts[name]),
    );
    return [{ name: text.slice(0, bar).trim(), href }];
  });
}
