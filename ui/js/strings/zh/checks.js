// @ts-check

/** @type {typeof import("../en/checks.js").checks} */
export const checks = {
  pass: "通过",
  fail: "失败",
  skipped: "已跳过",
  advisory: "仅供参考",
  nothing: "没有更多记录。",
  none: "尚未进行任何检查。",
  findings: (n) => `${n} 个问题`,
  names: {
    syntax: "语法",
    lint: "代码规范",
    security: "安全",
    dependencies: "依赖",
    metrics: "度量",
    examples: "示例",
    "proposed examples": "智能体提出的示例",
    tests: "测试",
    "own tests": "自带测试",
    agreement: "一致性",
  },
  severities: { blocker: "阻断", major: "严重", minor: "轻微", info: "提示" },
  about: {
    syntax: "文件能否解析。",
    lint: "代码检查工具的发现；不影响版本是否通过验证。",
    security: "在不运行代码的情况下，扫描有害或疏忽的代码。",
    dependencies: "代码导入的包是否为已知的包。",
    metrics: "代码的规模与结构，用于比较版本。",
    examples: "您给出的以及从您的文本中找到的示例，均已执行。",
    "proposed examples": "由未看过代码的智能体提出的示例，均已执行。",
    tests: "您的测试文件，已执行。",
    "own tests": "随代码一起生成的测试，已执行。",
    agreement: "独立编写的各版本对新的调用是否给出相同结果。",
  },
  count: (passed, executed) => `${passed}/${executed}`,
  line: (path, line) => (line === null ? path : `${path}:${line}`),
};
