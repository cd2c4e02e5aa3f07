import type { ModelTraits } from '../models/traits.ts';
import type { Egress } from './codec.ts';
import { fitTools } from './fit-tools.ts';
import { ownToolsOf } from './own-tools.ts';
import type { ToolRules } from './tool-rules.ts';

/**
 * An egress whose requests obey the rules of tools of the model's upstream, and whose answers, read with what was asked, call the
 * client's own tools again.
 */
export function fittedEgress(egress: Egress, rulesFor: (model: ModelTraits) => ToolRules): Egress {
  return {
    ...egress,
    writeRequest(asked, target) {
      const { request, ownNames, losses } = fitTools(asked, rulesFor(target.traits));
      const written = egress.writeRequest(request, target);
      return {
        value: written.value,
        losses: losses.length > 0 ? [...losses, ...written.losses] : written.losses,
        ownNames,
      };
    },
    readResponse(json, options) {
      const read = egress.readResponse(json, options);
      if (!options.asked || 'failure' in read) return read;
      return ownToolsOf(options.asked, options.requestId).response(read);
    },
    readEvents(options) {
      const reader = egress.readEvents(options);
      if (!options.asked) return reader;
      const own = ownToolsOf(options.asked, options.requestId);
      return { read: (frame) => own.events(reader.read(frame)), end: () => own.events(reader.end()) };
    },
  };
}
