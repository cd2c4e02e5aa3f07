import type { NoticeEvent } from '@tollgate/contract/api/notices';
import type { MailLanguage } from '@tollgate/contract/settings/mail';

/** What is known of an event, as texts: what it is about, and figures as they are shown. */
export type NoticeFacts = { readonly what: string; readonly figure: string };

type Words = (facts: NoticeFacts) => { readonly title: string; readonly text: string };
type Table = Readonly<Record<NoticeEvent | 'test', Words>>;

const english: Table = {
  test: () => ({ title: 'This is a test', text: 'You asked to see whether notices arrive here. They do.' }),
  lowBalance: ({ figure }) => ({
    title: 'Your balance is low',
    text: `Your wallet has ${figure} left. Requests are refused once it is empty.`,
  }),
  budgetReached: ({ what, figure }) => ({
    title: `${what} % of a budget is spent`,
    text: `${figure} of the budget are spent in this period.`,
  }),
  keyExpiring: ({ what, figure }) => ({
    title: `The key ${what} expires soon`,
    text: `It works until ${figure}. Make another one in time, or let it last longer.`,
  }),
  paymentCredited: ({ what, figure }) => ({
    title: 'Your payment has arrived',
    text: `${what} were paid, and ${figure} are in your wallet for it.`,
  }),
  autoTopUpStopped: ({ what, figure }) => ({
    title: 'Your wallet is not topped up automatically any more',
    text: `Topping up by ${figure} was switched off: ${what}. Look at the card, and switch it on again.`,
  }),
  renewalFailed: ({ what, figure }) => ({
    title: `${what} could not be renewed`,
    text: `Neither its card nor the wallet paid for the next term. It ends for good on ${figure}; top up, or change the card.`,
  }),
  newSignIn: ({ what, figure }) => ({
    title: 'Somebody signed in to your account from a new place',
    text: `From ${figure}, by ${what}. If it was not you, change your password, which ends all sessions.`,
  }),
  subscriptionEnding: ({ what, figure }) => ({
    title: `Your subscription ${what} ends soon`,
    text: `It ends at ${figure}, and is not renewed. What is left of its allowance ends with it.`,
  }),
  taskDone: ({ what, figure }) => ({
    title: figure === 'completed' ? `A task of ${what} is done` : `A task of ${what} has failed`,
    text:
      figure === 'completed' ? 'What it made can be fetched now.' : 'Its page says why. What failed is not charged.',
  }),
  providerKeyRefused: ({ what, figure }) => ({
    title: `Your provider key ${what} is out of use`,
    text: `Its provider refused it: ${figure}. Put it right and switch it on again.`,
  }),
  errorRate: ({ what, figure }) => ({
    title: `${figure} of the requests fail`,
    text: `Of the last ${what} requests, ${figure} failed. The log says which, and why.`,
  }),
  channelState: ({ what }) => ({
    title: `The gateway changed the channel ${what}`,
    text: 'It took an account of the channel out of use, or back. The channel’s page says which, and why.',
  }),
  upstreamModels: ({ what, figure }) => ({
    title: `The upstream of ${what} lists other models`,
    text: `${figure}. The channel’s page shows them, and serves them on request.`,
  }),
  cacheUnread: ({ what, figure }) => ({
    title: `Prompt caches of ${what} are hardly read`,
    text: `In the last hours they were written again and again, and ${figure} of what that cost was wasted. Either something changes the beginning of the prompts, or conversations change their account.`,
  }),
};

const chinese: Table = {
  test: () => ({ title: '测试通知', text: '您请求测试通知是否能送达，已成功送达。' }),
  lowBalance: ({ figure }) => ({ title: '余额不足提醒', text: `您的钱包余额为 ${figure}，用尽后请求将被拒绝。` }),
  budgetReached: ({ what, figure }) => ({ title: `预算已使用 ${what}%`, text: `本周期预算已使用 ${figure}。` }),
  keyExpiring: ({ what, figure }) => ({
    title: `令牌 ${what} 即将过期`,
    text: `该令牌有效期至 ${figure}，请及时更换或延长有效期。`,
  }),
  paymentCredited: ({ what, figure }) => ({ title: '付款已到账', text: `已收到付款 ${what}，钱包已增加 ${figure}。` }),
  autoTopUpStopped: ({ what, figure }) => ({
    title: '自动充值已关闭',
    text: `使用 ${figure} 的自动充值已关闭：${what}。请检查银行卡后重新开启。`,
  }),
  renewalFailed: ({ what, figure }) => ({
    title: `${what} 续订失败`,
    text: `银行卡与钱包均未能支付下一期费用。宽限期至 ${figure}，请充值或更换银行卡。`,
  }),
  newSignIn: ({ what, figure }) => ({
    title: '您的账号在新的位置登录',
    text: `登录地址 ${figure}，设备 ${what}。如果不是您本人操作，请修改密码，所有会话将随之结束。`,
  }),
  subscriptionEnding: ({ what, figure }) => ({
    title: `订阅 ${what} 即将到期`,
    text: `该订阅将于 ${figure} 到期且不再续订，剩余额度将一并失效。`,
  }),
  taskDone: ({ what, figure }) => ({
    title: figure === 'completed' ? `${what} 的任务已完成` : `${what} 的任务失败`,
    text: figure === 'completed' ? '结果现已可以获取。' : '失败原因见任务页面，失败的任务不计费。',
  }),
  providerKeyRefused: ({ what, figure }) => ({
    title: `自带密钥 ${what} 已停用`,
    text: `服务商拒绝了该密钥：${figure}。修正后可重新启用。`,
  }),
  errorRate: ({ what, figure }) => ({
    title: `请求失败率达 ${figure}`,
    text: `最近 ${what} 个请求中有 ${figure} 失败，详情见请求日志。`,
  }),
  channelState: ({ what }) => ({
    title: `网关调整了渠道 ${what}`,
    text: '网关停用或恢复了该渠道的账号，具体原因见渠道页面。',
  }),
  upstreamModels: ({ what, figure }) => ({
    title: `渠道 ${what} 的上游模型有变动`,
    text: `${figure}。可在渠道页面查看并一键接入。`,
  }),
  cacheUnread: ({ what, figure }) => ({
    title: `${what} 的提示缓存很少命中`,
    text: `最近数小时缓存反复写入却很少被读取，浪费 ${figure}。可能是提示的开头发生变化，或对话切换了账号。`,
  }),
};

const languages: Readonly<Record<MailLanguage, Table>> = { en: english, 'zh-CN': chinese };

/** What is told of an event. */
export const sayNotice = (event: NoticeEvent | 'test', language: MailLanguage, facts: NoticeFacts) =>
  languages[language][event](facts);

/** Where in the console to look. */
export const noticePage: Readonly<Record<NoticeEvent | 'test', string>> = {
  test: 'account/notifications',
  lowBalance: 'wallet',
  budgetReached: 'wallet',
  keyExpiring: 'keys',
  paymentCredited: 'wallet',
  autoTopUpStopped: 'wallet',
  renewalFailed: 'plan',
  newSignIn: 'account',
  subscriptionEnding: 'plan',
  taskDone: 'videos',
  providerKeyRefused: 'own-keys',
  errorRate: 'requests',
  channelState: 'channels',
  upstreamModels: 'channels',
  cacheUnread: 'channels',
};
