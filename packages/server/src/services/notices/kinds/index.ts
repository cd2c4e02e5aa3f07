import type { NoticeKindName } from '@tollgate/contract/api/notices';
import type { AnyNoticeKind } from '../notice-kind.ts';
import { bark } from './bark.ts';
import { dingtalk } from './dingtalk.ts';
import { discord } from './discord.ts';
import { feishu } from './feishu.ts';
import { gotify } from './gotify.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

/** By what people are told besides mail, which goes to their own address and needs to know nothing. */
export const noticeKindTable: Readonly<Record<Exclude<NoticeKindName, 'email'>, AnyNoticeKind>> = {
  webhook,
  bark,
  gotify,
  telegram,
  slack,
  discord,
  feishu,
  dingtalk,
  wecom,
};
