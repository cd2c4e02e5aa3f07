export { errors, type ErrorCode } from './errors.ts';
export { settingsSchema, defaultSettings, type Settings } from './settings.ts';
