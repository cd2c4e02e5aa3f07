import type { LetterWords } from '../letter-kinds.ts';

/** Letters in Chinese. */
export const chinese: LetterWords = {
  letters: {
    test: (_, site) => ({
      subject: `${site}：邮件可以送达`,
      paragraphs: [`这是在 ${site} 的设置中请求发送的测试邮件。邮件已正常送达。`],
    }),
    resetPassword: ({ url, hours }, site) => ({
      subject: `${site}：重置密码`,
      paragraphs: [
        `有人请求重置您在 ${site} 的账号密码。`,
        `请通过下面的链接设置新密码。链接仅可使用一次，${hours} 小时内有效；重置后所有登录会话都会失效。`,
        '如果不是您本人操作，请忽略本邮件，您的密码不会改变。',
      ],
      action: { label: '设置新密码', url },
    }),
    register: ({ url, hours }, site) => ({
      subject: `${site}：验证邮箱`,
      paragraphs: [
        `您正在 ${site} 注册账号。请通过下面的链接确认此邮箱属于您，并设置密码。`,
        `链接仅可使用一次，${hours} 小时内有效。如果不是您本人操作，请忽略本邮件，账号不会被创建。`,
      ],
      action: { label: '验证邮箱并继续', url },
    }),
    addressKnown: ({ url }, site) => ({
      subject: `${site}：您已有账号`,
      paragraphs: [
        `有人请求在 ${site} 将此邮箱用于账号。此邮箱已属于您的账号，因此没有任何改动。`,
        '如果是您本人操作，请直接登录；忘记密码时可在登录页重置。',
      ],
      action: { label: '登录', url },
    }),
    changeEmail: ({ url, hours }, site) => ({
      subject: `${site}：确认新邮箱`,
      paragraphs: [
        `您在 ${site} 的账号邮箱将更换为此地址，请通过下面的链接确认。`,
        `链接仅可使用一次，${hours} 小时内有效。如果不是您本人操作，请忽略本邮件。`,
      ],
      action: { label: '确认此邮箱', url },
    }),
    emailChanged: ({ email }, site) => ({
      subject: `${site}：账号邮箱已更换`,
      paragraphs: [
        `您在 ${site} 的账号邮箱已更换为 ${email}，此后不会再向本邮箱发送邮件。`,
        '如果不是您本人操作，请立即联系管理员。',
      ],
    }),
    invitation: ({ url, days }, site) => ({
      subject: `邀请您加入 ${site}`,
      paragraphs: [`${site} 的管理员邀请您创建账号。`, `下面的链接仅可使用一次，${days} 天内有效。`],
      action: { label: '创建账号', url },
    }),
    teamInvitation: ({ team, by, url }, site) => ({
      subject: `${site}：邀请您加入团队 ${team}`,
      paragraphs: [
        `${by === '' ? '有人' : by} 邀请您加入 ${site} 上的团队“${team}”，共用 API 密钥与钱包。`,
        '下面的链接仅可使用一次，一周内有效。加入前需要有一个账号。',
      ],
      action: { label: '加入团队', url },
    }),
    deletion: ({ day, reason, url }, site) => ({
      subject: `${site}：您的账号将被注销`,
      paragraphs:
        url === undefined
          ? [
              `${site} 的管理员已申请注销您的账号，原因：${reason}`,
              `账号现已停用，将于 ${day}（UTC）清除。如有疑问，请联系管理员。`,
            ]
          : [
              `您已申请注销在 ${site} 的账号。账号在 ${day}（UTC）之前仍可正常使用，届时将被清除。`,
              '如果不是您本人操作，或您改变了主意，请在账号页面撤销注销，并修改密码。',
            ],
      action: url === undefined ? undefined : { label: '保留我的账号', url },
    }),
    teamDomain: ({ team, domain, record, day, url }, site) => ({
      subject:
        day === undefined ? `${site}：团队 ${team} 已失去 ${domain}` : `${site}：团队 ${team} 即将失去 ${domain}`,
      paragraphs:
        day === undefined
          ? [
              `${domain} 的 DNS 已有一周未表明其属于团队 ${team}。您的身份提供商和目录对该域名下的人员不再生效，他们可使用任意方式登录。`,
              '如需恢复，请重新验证该域名。',
            ]
          : [
              `${domain} 的 DNS 不再表明其属于团队 ${team}。请在 ${day}（UTC）之前恢复 ${record} 的 TXT 记录，记录内容见团队页面。`,
              '否则您的身份提供商和目录将不再对该域名下的人员生效，他们可使用任意方式登录。',
            ],
      action: { label: '打开团队', url },
    }),
    notice: ({ title, lines, url }, site) => ({
      subject: `${site}：${title}`,
      paragraphs: lines,
      action: url === undefined ? undefined : { label: '查看', url },
    }),
  },
  footer: (site) => `本邮件由 ${site} 自动发送，请勿回复。`,
  orOpen: '或打开此链接：',
};
