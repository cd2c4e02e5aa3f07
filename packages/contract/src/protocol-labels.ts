/** Protocols as people read them, by the id that requests are logged under. */
export const protocolLabels: Readonly<Record<string, string>> = {
  'openai-chat': 'OpenAI Chat',
  'openai-responses': 'OpenAI Responses',
  'anthropic-messages': 'Anthropic Messages',
  gemini: 'Gemini',
  'bedrock-converse': 'Bedrock Converse',
  'bedrock-invoke': 'Bedrock InvokeModel',
  cohere: 'Cohere',
  dify: 'Dify',
  coze: 'Coze',
  dashscope: 'DashScope',
  kling: 'Kling',
  vidu: 'Vidu',
  jimeng: 'Jimeng',
  runway: 'Runway',
  luma: 'Luma',
  replicate: 'Replicate',
};
