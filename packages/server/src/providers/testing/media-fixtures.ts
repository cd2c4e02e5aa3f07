import type { ProviderFixtures } from './contract-suite.ts';

const bearer = { authorization: 'Bearer sk-test' };

/** Of vendors who make videos, music and drawings, and nothing else. */
export const mediaFixtures: Readonly<Record<string, ProviderFixtures>> = {
  kling: {
    credential: { accessKey: 'AK-test', secretKey: 'SK-test' },
    headers: {},
    perCall: 'jwt',
    paths: { videos: '/v1/videos/text2video' },
    refusals: [
      { status: 401, code: '1002', message: 'access key not found', means: 'auth' },
      { status: 429, code: '1102', message: 'Account balance not enough', means: 'quota_exhausted' },
      { status: 429, code: '1303', message: 'parallel task over resource pack limit', means: 'rate_limited' },
      { status: 400, code: '1301', message: 'Trigger strategy', means: 'content_filter' },
    ],
  },
  vidu: {
    headers: { authorization: 'Token sk-test' },
    paths: { videos: '/ent/v2/text2video' },
    refusals: [
      { status: 400, code: 'CreditInsufficient', means: 'quota_exhausted' },
      { status: 400, code: 'AuditSubmitIllegal', means: 'content_filter' },
      { status: 429, code: 'QuotaExceeded', means: 'rate_limited' },
    ],
  },
  jimeng: {
    credential: { accessKeyId: 'AKLT-test', secretAccessKey: 'secret-test' },
    headers: {},
    perCall: 'volc',
    paths: { videos: '/?Action=CVSync2AsyncSubmitTask&Version=2022-08-31' },
    refusals: [
      { status: 400, code: '50412', message: 'Text Risk Not Pass', means: 'content_filter' },
      { status: 429, code: '50430', message: 'Request Has Reached API Concurrent Limit', means: 'rate_limited' },
    ],
  },
  runway: {
    headers: { ...bearer, 'x-runway-version': '2024-11-06' },
    paths: { videos: '/v1/text_to_video' },
    refusals: [{ status: 400, message: 'You do not have enough credits to run this task.', means: 'quota_exhausted' }],
  },
  luma: {
    headers: bearer,
    paths: { videos: '/generations/video' },
    refusals: [
      { status: 400, message: 'Insufficient credits', means: 'quota_exhausted' },
      { status: 403, message: 'Not authenticated', means: 'auth' },
    ],
  },
  suno: { headers: bearer, paths: { music: '/suno/submit/music' } },
  'midjourney-proxy': {
    headers: { 'mj-api-secret': 'sk-test' },
    paths: { drawings: '/mj/submit/imagine' },
    refusals: [
      { status: 400, code: '3', message: '无可用的账号实例', means: 'auth' },
      { status: 400, code: '23', message: '队列已满', means: 'rate_limited' },
      { status: 400, code: '24', message: 'may contain banned words', means: 'content_filter' },
    ],
  },
  replicate: {
    headers: bearer,
    paths: { images: '/predictions', videos: '/predictions' },
    refusals: [
      { status: 402, message: 'You have insufficient credit to run this model.', means: 'quota_exhausted' },
      { status: 429, message: 'Request was throttled. Expected available in 1 second.', means: 'rate_limited' },
    ],
  },
};
