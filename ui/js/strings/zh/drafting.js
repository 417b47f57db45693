// @ts-check

/**
 * @param {number} low
 * @param {number} high
 */
const span = (low, high) => (low === high ? String(high) : low ? `${low} 至 ${high}` : `最多 ${high}`);

/** @type {typeof import("../en/drafting.js").drafting} */
export const drafting = {
  addFilesHint: "添加作为背景的文件，也可以拖放或粘贴",
  addTestHint: "添加每个版本都必须通过的测试文件",
  addExampleHint: "添加一个调用及其应得的值",
  attached: "已添加的文件",
  testFile: "测试",
  more: "更多",
  moreHint: "仅在本次运行中，为单个智能体指定其他模型或温度",
  agents: "智能体，仅限本次运行",
  agentModel: (agent) => `${agent} 的模型`,
  agentTemperature: (agent) => `${agent} 的温度`,
  asRun: "与本次运行相同",
  asSettings: "按设置",
  temperature: "温度",
  badTemperature: "请输入 0 到 2 之间的数。",
  noKey: (title) => `${title} 还没有密钥。`,
  notReady: (title) => `${title} 尚未就绪。`,
  openSettings: "打开设置",
  forecast: (minutes, tokens) => `预计 ${[minutes, tokens].filter(Boolean).join("，")}`,
  halfMinute: "不到半分钟",
  minute: "不到一分钟",
  minutes: (low, high) => `${span(low, high)} 分钟`,
  hours: (low, high) => `${span(low, high)} 小时`,
  tokens: (n) => `${n} tokens`,
  calls: (n) => `（依据本机测得的 ${n} 次调用）`,
  drop: "松开即可添加文件",
};
