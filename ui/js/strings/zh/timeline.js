// @ts-check
import { numbered } from "./counting.js";

/** @type {typeof import("../en/timeline.js").timeline} */
export const timeline = {
  region: "Timeline",
  latest: "跳到最新",
  scroller: "回合",
  request: "请求",
  followUp: "追加请求",
  loading: "正在加载会话…",
  round: (n, last) => `第 ${n} 轮，共 ${last} 轮`,
  rounds: (n) => `最多 ${n} 轮`,
  reasoning: "推理过程",
  reading: "阅读中",
  checking: "检查中",
  thinking: "思考中",
  writing: "编写中",
  interrupted: "已中断",
  examples: "示例",
  context: "上下文",
  showAll: "显示全部",
  showLess: "收起",
  proposed: (versions) => `提出${numbered(versions)}`,
  notKept: (versions) => `未采用${numbered(versions)}`,
  tests: "测试文件",
  checksOf: (n) => `版本 ${n}`,
  others: (passed, skipped) =>
    [passed && `${passed} 项通过`, skipped && `${skipped} 项已跳过`].filter(Boolean).join("，"),
  decidedOn: (n) => `已对版本 ${n} 做出决定。`,
  overridden: "未验证，仍然批准。",
  accepted: (n) => `已确认 ${n} 个问题：`,
  usage: (input, output) => `输入 ${input} tokens，输出 ${output}`,
  speaks: (agent) => `${agent} 正在发言`,
  imageDropped: (alt) => `[图片未加载${alt ? `：${alt}` : ""}]`,
};
