/** When vendors stop serving models that they serve themselves; hosts of the same models go by dates of their own. */
export type Retirement = {
  readonly on: string;
  readonly models: readonly string[];
};

/** https://developers.openai.com/api/docs/deprecations, https://platform.claude.com/docs/en/about-claude/model-deprecations, https://ai.google.dev/gemini-api/docs/deprecations; as of 2026-11-28. */
export const retirements: readonly Retirement[] = [
  { on: '2026-05-12', models: ['dall-e-2', 'dall-e-3'] },
  {
    on: '2026-06-15',
    models: ['claude-opus-4-0', 'claude-opus-4-20250514', 'claude-sonnet-4-0', 'claude-sonnet-4-20250514'],
  },
  { on: '2026-06-25', models: ['gemini-3.1-flash-image-preview', 'gemini-3-pro-image-preview'] },
  {
    on: '2026-10-23',
    models: [
      'gpt-3.5-turbo',
      'gpt-4',
      'gpt-4-turbo',
      'gpt-4.1-nano',
      'gpt-4o-2024-05-13',
      'gpt-image-1',
      'o1',
      'o1-pro',
      'o3-mini',
      'o4-mini',
    ],
  },
  { on: '2026-12-01', models: ['gpt-image-1-mini', 'gpt-image-1.5', 'chatgpt-image-latest'] },
  { on: '2026-12-01', models: ['gemini-2.5-flash', 'gemini-2.5-pro'] },
  { on: '2026-12-11', models: ['gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'gpt-5-pro', 'o3', 'o3-pro'] },
  {
    on: '2027-01-14',
    models: ['gpt-4.1', 'gpt-4.1-mini', 'gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20', 'gpt-4o-mini'],
  },
  { on: '2027-01-22', models: ['claude-opus-4-5', 'claude-opus-4-5-20251101'] },
  {
    on: '2027-02-26',
    models: ['whisper-1', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'gpt-4o-transcribe-diarize'],
  },
  { on: '2027-04-01', models: ['gpt-5.1'] },
  { on: '2027-05-07', models: ['gemini-3.1-flash-lite'] },
];

/** When a model goes, as an ISO date; undefined where nobody has said. */
export const retiresOn = (model: string): string | undefined =>
  retirements.find(({ models }) => models.includes(model))?.on;
