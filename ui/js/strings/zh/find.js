// @ts-check

/** @type {typeof import("../en/find.js").find} */
export const find = {
  results: "搜索结果",
  searching: "正在搜索…",
  failed: "搜索失败。",
  indexing: "仍在读取较早的会话…",
  sessions: (n) => `找到 ${n} 个会话`,
  more: (n) => `另有 ${n} 处`,
  request: "请求",
  turn: (n) => `第 ${n} 轮发言`,
  line: (path, line) => `${path}:${line}`,
  kinds: {
    requirements: "请求",
    message: "消息",
    feedback: "反馈",
    finding: "问题",
    file: "文件",
  },
};
