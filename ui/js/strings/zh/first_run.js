// @ts-check

/** @type {typeof import("../en/first_run.js").firstRun} */
export const firstRun = {
  region: "准备模型",
  heading: "首先需要一个模型",
  intro: "智能体需要一个模型。没有找到可用的模型，点击一次即可。",
  introWorking: "在此期间您可以先写下需求。",
  introFailed: "模型未能就绪。",
  found: "找到的内容",
  ollama: "Ollama",
  builtin: "内置模型",
  keys: "云服务",
  ollamaStates: {
    running: (models) => `正在运行，有 ${models}`,
    no_models: "正在运行，还没有模型",
    stopped: "已安装，未运行",
    missing: "未安装",
  },
  builtinHere: (model) => `${model}，已在本机上`,
  builtinMissing: (model, size) => `${model}，需要下载（${size}）`,
  builtinNone: "无法在此系统上运行",
  keysNone: "未设置密钥",
  offline:
    "本机似乎没有联网。请联网后下载模型；如果 Ollama 已有模型，请启动它；或者将模型文件复制到某个文件夹，并用 ROUNDTABLE_WEIGHTS_DIR 指明该文件夹。",
  pullBuiltin: (size) => `下载内置模型，${size}`,
  pull: (model, size) => `用 Ollama 下载 ${model}，${size}`,
  use: (model) => `使用 Ollama 的 ${model}`,
  useBuiltin: (model) => `使用 ${model}`,
  start: "启动 Ollama 并查看",
  key: "设置 API 密钥",
  all: "所有模型",
  tooLarge: "即使最小的模型也超出本机的内存；云服务不需要内存。",
};
