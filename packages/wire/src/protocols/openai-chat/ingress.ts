import type { Ingress } from '../../ir/codec.ts';
import { customToolsOf } from '../../ir/custom-tools.ts';
import { writeChatError, writeChatStreamError } from './errors.ts';
import { readChatRequest } from './request-read.ts';
import { writeCompletion } from './response-write.ts';
import { writeChunks } from './stream-write.ts';

/** How clients of Chat Completions are understood and answered, those of legacy completions among them. */
export const chatIngress: Ingress = {
  protocol: 'openai-chat',
  readRequest: readChatRequest,
  writeResponse(response, context) {
    return writeCompletion(customToolsOf(context.request)?.response(response) ?? response, context);
  },
  writeEvents(context) {
    const writer = writeChunks(context);
    const tools = customToolsOf(context.request);
    if (!tools) return writer;
    return {
      write: (event) => tools.event(event).map(writer.write).join(''),
      fail: writer.fail,
      get losses() {
        return writer.losses;
      },
    };
  },
  writeError: writeChatError,
  writeStreamError: writeChatStreamError,
};
