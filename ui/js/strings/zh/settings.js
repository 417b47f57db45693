// @ts-check

/** @type {typeof import("../en/settings.js").settings} */
export const settings = {
  title: "设置",
  close: "关闭",
  providers: "提供方",
  appearance: "外观",
  themes: { system: "跟随系统", light: "浅色", dark: "深色" },
  keyFor: (title) => `${title} 的密钥`,
  keySet: (last4, source) => `密钥已设置，末尾为 ${last4}${source ? `（${source}）` : ""}`,
  keyInMemory: (variable) =>
    `系统没有可用的密钥环，因此该密钥只保存在内存中，Roundtable 结束后即失效。设置 ${variable} 可长期保留。`,
  keyMissing: "未设置密钥",
  setKey: "设置密钥",
  replaceKey: "更换密钥",
  deleteKey: "删除密钥",
  saveKey: "保存",
  cancel: "取消",
  loading: "正在查看提供方…",
  version: (version) => `版本 ${version}`,
  states: {
    ready: "就绪",
    no_key: "无密钥",
    not_ready: "未就绪",
    unknown: "尚未尝试",
  },
};
