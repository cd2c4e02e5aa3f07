import { isObject, objectsAt, textsAt } from '@tollgate/wire/json/fields';
import { estimateGemini, hostedBy } from '@tollgate/wire/protocols/gemini/inspect';
import { readLiveSetup, withLockedSetup } from '@tollgate/wire/protocols/gemini/live';
import { readGeminiResources } from '@tollgate/wire/protocols/gemini/resources';
import { referencesTo } from '@tollgate/wire/protocols/resources';
import type { Invalid, JsonObject } from '@tollgate/wire/protocol';
import type { FirstFrame } from '../../relay/socket-exchange.ts';
import type { ClientSecret } from '../../services/client-secrets.ts';

/** What a session is taken to begin with, before anything is known of it. */
export const firstStep = { inputEstimate: 2000, maxOutputTokens: 8192 } as const;

/** What stands before the tokens that open sessions in a key's place. */
export const tokenPrefix = 'auth_tokens/';

/** Reads the message that sets a session up, as the token that opens it lets it be. */
export function inspectSetup(frame: JsonObject, secret: ClientSecret | undefined): FirstFrame | Invalid {
  const asked = readLiveSetup(secret ? withTokensSetup(frame, secret) : frame);
  if ('invalid' in asked) return asked;
  const { model, setup, maxOutputTokens } = asked;
  if (secret?.model !== undefined && secret.model !== model)
    return { invalid: `The token is for "${secret.model}".`, param: 'setup.model' };
  return {
    frame: { setup },
    summary: {
      model,
      stream: true,
      choices: 1,
      wantsUsage: true,
      inputEstimate: firstStep.inputEstimate + estimateGemini(setup),
      maxOutputTokens: Math.min(maxOutputTokens ?? Infinity, firstStep.maxOutputTokens),
      references: referencesTo(readGeminiResources(setup)),
      hosted: hostedBy(objectsAt(setup, 'tools')),
    },
  };
}

/** What a token was made with (its setup, and which fields of it are locked; none for all) stands in the place of what its bearer says. */
function withTokensSetup(frame: JsonObject, { session }: ClientSecret): JsonObject {
  const locked = session['setup'];
  const said = readLiveSetup(frame);
  if (locked === undefined || !isObject(locked) || 'invalid' in said) return frame;
  return { setup: withLockedSetup(said.setup, locked, textsAt(session, 'fields')) };
}
