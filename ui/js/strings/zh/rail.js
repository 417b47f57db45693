// @ts-check

/** @type {typeof import("../en/rail.js").rail} */
export const rail = {
  region: "会话",
  open: "显示会话",
  close: "隐藏会话",
  create: "新建会话",
  check: "检查文件",
  search: "搜索会话",
  settings: "设置",
  rename: "重命名",
  remove: "删除",
  title: "标题",
  none: "还没有会话。您的请求会列在这里。",
  noMatch: (query) => `没有找到“${query}”。`,
  failed: "无法加载会话。",
  removed: (title) => `“${title}”将被删除。`,
  undo: "撤销",
  actions: "操作",
  more: "显示更早的会话",
  oldest: "可通过搜索查找更早的会话。",
  age: { today: "今天", yesterday: "昨天", week: "最近 7 天", older: "更早" },
};
