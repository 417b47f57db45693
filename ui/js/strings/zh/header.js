// @ts-check

/** @type {typeof import("../en/header.js").header} */
export const header = {
  stop: "停止",
  resume: "继续",
  tokens: "输入 / 输出 tokens",
  rate: "每秒 tokens 数",
  time: "用时",
  tokensValue: (input, output) => `输入 ${input} · 输出 ${output}`,
  rateValue: (rate) => `≈ ${rate} tokens/s`,
  choosing: "尚未选定模型",
  switch: "切换模型",
  switchHint: "从下一回合起生效。",
  switchDo: "切换",
  switched: (model) => `从下一回合起使用：${model}。`,
};
