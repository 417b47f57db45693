// @ts-check

/** @type {typeof import("../en/run.js").run} */
export const run = {
  tab: "运行",
  none: "此版本没有运行过任何内容。",
  why: "原因：",
  pending: "运行后会立即显示输出。",
  examples: "示例",
  proposed: "quality_checker 提议的示例",
  tests: "测试",
  own: "随代码附带的测试",
  count: (passed, executed) => `${executed} 项中通过 ${passed} 项`,
  sandbox: (name) => `运行于 ${name}`,
  expected: "预期",
  printed: "打印内容",
  errors: "标准错误输出",
  passed: "通过",
  failed: "失败",
  copy: "复制输出",
};
