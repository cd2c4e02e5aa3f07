import { textAt } from '../json/fields.ts';
import { openLossTracker, type Loss, type LossTracker } from './loss.ts';
import type { Part, ToolCallPart, ToolResultPart } from './part.ts';
import { placeResults, type PlacedCall } from './place-results.ts';
import type { CustomTool, FunctionTool, IrMessage, IrRequest, IrTool, ToolChoice } from './request.ts';
import type { ToolRules } from './tool-rules.ts';
import { isLegal, openWords } from './words.ts';

/** A request whose tools obey the rules of its upstream. */
export type FittedTools = {
  readonly request: IrRequest;
  /** The client's own names of tools, by those that the upstream is told; undefined when they are the same. */
  readonly ownNames: ReadonlyMap<string, string> | undefined;
  readonly losses: readonly Loss[];
};

/**
 * Makes a conversation obey its upstream's rules of tools: names and ids that it takes, no id twice, the results of a turn
 * together where it wants them, and functions where it knows no tools of free text. The request itself comes back where all
 * is well already, which is the usual case.
 */
export function fitTools(request: IrRequest, rules: ToolRules): FittedTools {
  const lossTracker = openLossTracker();
  const written = writtenNames(request, rules);
  const fit: Fit = { rules, written, lossTracker };
  const { tools, toolChoice } = request;
  const fitted =
    tools &&
    same(
      tools,
      tools.map((tool, i) => fitTool(tool, `tools[${i}]`, fit)),
    );
  const choice = toolChoice && fitChoice(toolChoice, fit);
  const messages = fitMessages(request.messages, fit);
  const changed = fitted !== tools || choice !== toolChoice || messages !== request.messages;
  return {
    request: changed ? { ...request, tools: fitted, toolChoice: choice, messages } : request,
    ownNames: written && new Map([...written].map(([own, name]) => [name, own])),
    losses: lossTracker.losses,
  };
}

type Fit = {
  readonly rules: ToolRules;
  /** Names as they are written, by the client's; only those that differ. */
  readonly written: ReadonlyMap<string, string> | undefined;
  readonly lossTracker: LossTracker;
};

/** The list itself when nothing in it changed. */
const same = <T>(before: readonly T[], after: readonly T[]): readonly T[] =>
  after.every((item, i) => item === before[i]) ? before : after;

/** What illegal names become. Legal ones keep their own, whoever comes first. */
function writtenNames(request: IrRequest, { names }: ToolRules): ReadonlyMap<string, string> | undefined {
  const legal = new Set<string>();
  const illegal = new Set<string>();
  const see = (name: string | undefined): void => {
    // A tool without a name is the client's mistake, which its upstream tells.
    if (name !== undefined && name !== '') (isLegal(name, names) ? legal : illegal).add(name);
  };
  for (const tool of request.tools ?? []) if (tool.type !== 'hosted') see(tool.name);
  for (const { parts } of request.messages)
    for (const part of parts) if (part.type === 'tool-call' || part.type === 'tool-result') see(part.name);
  if (request.toolChoice?.type === 'tool') see(request.toolChoice.name);
  if (request.toolChoice?.type === 'allowed') request.toolChoice.names.forEach(see);
  if (illegal.size === 0) return undefined;
  const words = openWords(names);
  for (const name of legal) words.reserve(name);
  return new Map([...illegal].map((name) => [name, words.take(name)]));
}

function fitTool(tool: IrTool, path: string, { rules, written, lossTracker }: Fit): IrTool {
  if (tool.type === 'hosted') return tool;
  const name = written?.get(tool.name);
  if (name !== undefined) lossTracker.approximated(`${path}.name`, `the upstream is told "${name}"`);
  const named = name === undefined ? tool : { ...tool, name };
  if (named.type === 'function' || rules.freeText) return named;
  lossTracker.approximated(path, 'a tool of free text became one with the member `input`');
  return asFunction(named);
}

/** A tool of free text as a function with the one member `input`. A grammar that cannot be enforced is at least told. */
export function asFunction({ name, description, format, cache, extensions }: CustomTool): FunctionTool {
  const grammar = format && textAt(format, 'definition');
  const syntax = format && textAt(format, 'syntax');
  const told =
    grammar === undefined
      ? undefined
      : `\`input\` must follow this ${syntax === undefined ? '' : `${syntax} `}grammar:\n${grammar}`;
  const words = [description, told].filter((text) => text !== undefined && text !== '').join('\n\n');
  return {
    type: 'function',
    name,
    description: words === '' ? undefined : words,
    schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    cache,
    extensions,
  };
}

function fitChoice(choice: ToolChoice, { rules, written }: Fit): ToolChoice {
  if (choice.type === 'tool') {
    const name = written?.get(choice.name) ?? choice.name;
    const kind = rules.freeText ? choice.kind : 'function';
    return name === choice.name && kind === choice.kind ? choice : { ...choice, name, kind };
  }
  if (choice.type !== 'allowed' || !written) return choice;
  const names = same(
    choice.names,
    choice.names.map((name) => written.get(name) ?? name),
  );
  return names === choice.names ? choice : { ...choice, names };
}

function fitMessages(messages: readonly IrMessage[], fit: Fit): readonly IrMessage[] {
  if (!messages.some(({ parts }) => parts.some(({ type }) => type === 'tool-call' || type === 'tool-result')))
    return messages;
  const ids = openWords(fit.rules.callIds);
  const placed = placeResults(messages, fit.rules.results, (callId) => ids.take(callId));
  const { lossTracker } = fit;
  for (const path of placed.moved) lossTracker.approximated(path, 'the result was put directly behind its call');
  for (const i of placed.emptied)
    for (const field of Object.keys(messages[i]?.extensions?.fields ?? {}))
      lossTracker.dropped(`messages[${i}].${field}`, 'its message was taken apart');
  const fitted = messages.map((message, i) => {
    const parts = same(
      message.parts,
      message.parts.map((part, j) => fitPart(part, placed.callAt(i, j), () => `messages[${i}].parts[${j}]`, fit)),
    );
    return parts === message.parts ? message : { ...message, parts };
  });
  return placed.arrange(same(messages, fitted));
}

function fitPart(part: Part, call: PlacedCall | undefined, path: () => string, fit: Fit): Part {
  if (part.type === 'tool-call') return fitCall(part, call, path, fit);
  return part.type === 'tool-result' ? fitResult(part, call, fit) : part;
}

function fitCall(part: ToolCallPart, call: PlacedCall | undefined, path: () => string, fit: Fit): ToolCallPart {
  const callId = call?.id ?? part.callId;
  const name = fit.written?.get(part.name) ?? part.name;
  if (part.kind === 'function' || fit.rules.freeText)
    return callId === part.callId && name === part.name ? part : { ...part, callId, name };
  fit.lossTracker.approximated(path(), 'free text became the member `input` of an object');
  return { ...part, callId, name, kind: 'function', arguments: JSON.stringify({ input: part.arguments }) };
}

function fitResult(part: ToolResultPart, call: PlacedCall | undefined, { rules, written }: Fit): ToolResultPart {
  const callId = call?.id ?? part.callId;
  const name = part.name === undefined ? undefined : (written?.get(part.name) ?? part.name);
  // Chat has one word for the results of both kinds.
  const kind = rules.freeText ? (call?.kind ?? part.kind) : 'function';
  return callId === part.callId && name === part.name && kind === part.kind ? part : { ...part, callId, name, kind };
}
