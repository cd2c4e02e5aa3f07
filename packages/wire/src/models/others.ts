import { plainFamily } from './family.ts';

/** Families of which nothing is known but the beginning of their names. */
export const kimi = plainFamily('kimi', /^(?:kimi|moonshot)/);
export const mistral = plainFamily('mistral', /^(?:mistral|magistral)/);
export const glm = plainFamily('glm', /^glm/);
export const qwen = plainFamily('qwen', /^qwen/);

/**
 * Models of many makers that Bedrock has answer by a schema:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export const takeSchemas =
  /qwen|gpt-oss|deepseek\.v3|gemma-3|minimax|kimi|nemotron|mistral-large-3|ministral|magistral|voxtral/;
