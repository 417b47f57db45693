// @ts-check

/** @type {typeof import("../en/server.js").server} */
export const server = {
  phrases: {
    "Correct OLLAMA_BASE_URL.": "请更正 OLLAMA_BASE_URL。",
    "Install it from ollama.com, or use another provider.": "请从 ollama.com 安装，或使用其他提供方。",
    "Safety checks are switched off (code_safety_enabled), so nothing can be verified.":
      "安全检查已关闭（code_safety_enabled），因此任何结果都不算已验证。",
    "Set providers.openai_compatible.base_url in your models.yaml.":
      "请在 models.yaml 中设置 providers.openai_compatible.base_url。",
    "Switch them on in the settings, or unset CODE_SAFETY_ENABLED where it is set and start again.":
      "请在设置中打开，或取消 CODE_SAFETY_ENABLED 后重新启动。",
    "The agents could not be loaded.": "无法加载智能体。",
    "The traceback is in the log.": "错误的详情见日志。",
    "Where it has no ready-made wheel for this system, use Ollama or a cloud provider.":
      "如果它没有适用于此系统的安装包，请使用 Ollama 或云提供方。",
    "no address is set": "未设置地址",
    "no example was given": "没有给出示例",
    "no test file was given": "没有给出测试文件",
    "no test was found in the test files": "测试文件中没有找到测试",
    "not installed": "未安装",
    "nothing to measure": "没有可度量的内容",
    "ready; weights are fetched when first used": "就绪；首次使用时下载权重",
    "replays prepared answers": "回放预先准备的回答",
    "the code is blocked, so it is not run": "代码已被阻止，因此没有运行",
    "there is one version only": "只有一个版本",
    "too few calls could be compared": "可以比较的调用太少",
  },
  notes: {
    circles: () => "回答陷入重复，已停止。",
    continued: () => "运行已继续",
    download: ({ model = "", percent = 0, bytes_total: total = 0 }) =>
      `正在下载 ${model}：${Math.round(total / 1e6)} MB 中的 ${percent}%`,
    policy: ({ round = 0, last_round: last = 0 }) =>
      `必需的检查未通过，第 ${round} 轮（共 ${last} 轮）已结束：再进行一轮`,
    rewound: ({ rewind_to: turn }) => (turn ? `已回退到第 ${turn} 轮发言` : "已回退到起点"),
    safety: () => "安全检查已关闭（code_safety_enabled）：任何结果都不算已验证",
  },
  headings: {
    asked_again: () => "又问了一次：",
    drawing: ({ number = 0, of = 0 }) => `正在生成第 ${number} 个版本（本轮最多 ${of} 个）：`,
    examples: ({ examples = [], withdrawn = [] }) =>
      withdrawn.length
        ? "已撤回，因为重新推算的结果不同："
        : examples.length
          ? "建议的示例："
          : "没有可用的示例：",
    model: () => "使用的模型：",
    parser: ({ problem }) => (problem ? "回答未能使用：" : "已修正回答中的："),
    retry: ({ seconds = 0 }) => `${Number(seconds.toPrecision(3))} 秒后重试：`,
    service: () => "来自提供方的提示：",
  },
};
