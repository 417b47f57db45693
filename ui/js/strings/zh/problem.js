// @ts-check

/** @type {typeof import("../en/problem.js").problem} */
export const problem = {
  offline: "服务器没有响应。",
  offlineHint: "Roundtable 还在运行吗？",
  status: (status) => `服务器返回 ${status}。`,
  id: (id) => `错误编号 ${id}`,
  retry: "重试",
  retryIn: (time) => `${time} 后可以重试。`,
  dismiss: "关闭提示",
  session: "无法显示此会话",
};
