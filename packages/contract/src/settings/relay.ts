import { z } from 'zod';
import { suffixFamilies, type SuffixFamily } from '../model-families.ts';
import { flag, forAdmins, whole } from './kinds.ts';
import { leaf } from './leaf.ts';

const suffix = (names: string) =>
  flag(
    true,
    forAdmins,
    `Whether the end of a model’s name says how much to think, where no channel lists that name: ${names}.`,
  );

/** One switch for each family. */
const modelSuffixes = Object.fromEntries(
  Object.entries(suffixFamilies).map(([family, names]) => [family, suffix(names)]),
) as Readonly<Record<SuffixFamily, ReturnType<typeof suffix>>>;

/** How one request is relayed. */
export const relay = {
  maxBodyBytes: whole([1024, 1 << 30, 128 << 20], 'bytes', forAdmins, 'Largest request body, after decompression.'),
  maxTextBytes: whole(
    [64 << 10, 1 << 30, 16 << 20],
    'bytes',
    forAdmins,
    'Largest part of a JSON body beside media in base64 (strings of 64 KiB and more without escapes). Text takes the process long to parse and to look at, and 16 MiB are some four million tokens.',
  ),
  maxAttempts: whole([1, 20, 4], 'count', forAdmins, 'Targets tried for one request before its failure is answered.'),
  passBillingFields: flag(
    false,
    forAdmins,
    'Whether fields by which a request says who pays at the vendor (`billing_policy`, `fallback_credit_token`, `user_profile_id`, `workspace_id`, the header `x-goog-user-project`) reach it. Else they are left out, and told as lost: who shares an account could shift cost.',
  ),
  passAnswerHeaders: flag(
    true,
    forAdmins,
    'Whether clients are told an upstream’s id of their request (`x-tollgate-upstream-request-id`) and, in the same protocol, its rate limits and processing time, which are those of the channel’s account.',
  ),
  passResourceIds: flag(
    false,
    forAdmins,
    'Whether ids of what accounts keep at vendors (files, vector stores, containers, caches, stored prompts) reach them from every user. Else a request that names what its user was not given by an answer is refused: who shares an account could read what another put there.',
  ),
  passUnpricedTiers: flag(
    false,
    forAdmins,
    'Whether requests reach an upstream that ask for a faster service tier (`priority`, `fast`, …) for which the model has no price. Else they are served as usual, and the tier is told as lost: it would be charged as if it were the usual one. Requests for a geography (`inference_geo`) that has no price are refused else.',
  ),
  unsupportedByModel: leaf(z.enum(['pass', 'repair', 'refuse']), 'pass', {
    ...forAdmins,
    unit: 'none',
    description:
      'What becomes of a conversation that its model is known not to take whole (more output than it writes, sampling parameters that it refuses, tools, pictures, sound): it is passed on as it is; repaired, and what was left out told as lost; or refused before any upstream is asked.',
  }),
  waitForTargetsMs: whole(
    [0, 60_000, 2000],
    'ms',
    forAdmins,
    'Longest wait for the first target to come back when all of a model rest, and for a place when their channels have as many requests as they take at once. Where that is not enough, those are asked that rest by the gateway’s own guess; while upstreams have said until when, the answer is 429 with the time that remains.',
  ),
  maxWaiting: whole([0, 100_000, 200], 'count', forAdmins, 'Requests that may wait so at once, in each process.'),
  connectTimeoutMs: whole([100, 120_000, 10_000], 'ms', forAdmins, 'Time to connect to an upstream, TLS included.'),
  firstByteTimeoutMs: whole(
    [100, 3_600_000, 300_000],
    'ms',
    forAdmins,
    'Time from sending a request upstream to the head of its answer.',
  ),
  idleTimeoutMs: whole([100, 3_600_000, 300_000], 'ms', forAdmins, 'Longest silence of an upstream within an answer.'),
  holdBackMs: whole(
    [0, 3_600_000, 5000],
    'ms',
    forAdmins,
    'How long an upstream that has accepted a stream is waited for before its head goes out to the client, though nothing of the answer has come: until then a failure is tried elsewhere, from then on it is told within the stream. 0: however long it takes.',
  ),
  keepAliveMs: whole(
    [0, 3_600_000, 10_000],
    'ms',
    forAdmins,
    'Longest silence of a stream that has begun: then the client gets a comment, which means nothing, so that no load balancer cuts a model off that thinks. 0: none.',
  ),
  totalTimeoutMs: whole(
    [1000, 86_400_000, 1_800_000],
    'ms',
    forAdmins,
    'Longest life of one request, attempts together.',
  ),
  disconnectPolicy: leaf(z.enum(['drain', 'cancel']), 'drain', {
    ...forAdmins,
    unit: 'none',
    description:
      'When a client leaves: keep reading the upstream to learn the real usage, or cancel it and charge an estimate.',
  }),
  maxDrains: whole(
    [0, 100_000, 200],
    'count',
    forAdmins,
    'Upstreams read on at once after their clients left; beyond it they are cancelled.',
  ),
  drainTimeoutMs: whole([0, 3_600_000, 120_000], 'ms', forAdmins, 'Longest time one such upstream is read on.'),
  allowUnpriced: flag(false, forAdmins, 'Serve models that have no price, for free.'),
  holdOutputTokens: whole(
    [1, 10_000_000, 4096],
    'tokens',
    forAdmins,
    'Output tokens set aside for a request that names no maximum (never more than the model can produce).',
  ),
  holdToolUses: whole(
    [0, 1000, 5],
    'count',
    forAdmins,
    'Uses of each tool that runs at the vendor (searches of the web or of files, pictures) that are set aside for where the request does not bound them.',
  ),
  modelSuffixes,
  maxOutputTokens: whole([1, 100_000_000, 10_000_000], 'tokens', forAdmins, 'Largest max_tokens a request may name.'),
  maxChoices: whole([1, 1024, 128], 'count', forAdmins, 'Largest n a request may name.'),
};
