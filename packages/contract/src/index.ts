export { errors, type ErrorCode } from './errors.ts';
export { defaultSettings, type Settings } from './settings/index.ts';
