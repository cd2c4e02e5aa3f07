import { z } from 'zod';
import { answerKinds, bodyKinds } from '../endpoint-kinds.ts';

/** One kind of request that applications are served. */
export const endpointSchema = z.strictObject({
  id: z.string().describe('As the log and rules of affinity name it.'),
  title: z.string(),
  routes: z.array(z.strictObject({ method: z.string(), path: z.string() })),
  protocol: z.string().describe('In which protocol its requests, answers and errors are.'),
  operation: z.string().describe('What a model must serve for it; see `operations` of a model.'),
  body: z.enum(bodyKinds),
  maxBodyBytes: z
    .int()
    .nullable()
    .describe('Of the largest body that it takes, after decompression; null: it takes none.'),
  answers: z.array(z.enum(answerKinds)),
  translated: z.boolean().describe('Upstreams of other protocols serve it as well.'),
  charged: z.boolean(),
});

export type EndpointView = z.infer<typeof endpointSchema>;
