// @ts-check

/** @type {typeof import("../en/status.js").status} */
export const status = {
  label: "Status of the run",
  queued: "排队中",
  running: "运行中",
  waiting: "等待您的决定",
  approved: "已批准",
  rejected: "已拒绝",
  cancelled: "已取消",
  budget: "已停止：预算用尽",
  failed: "失败",
};

/** @type {typeof import("../en/status.js").verdict} */
export const verdict = {
  verified: "已验证",
  checked: "已检查",
  not_verified: "未验证",
  unchecked: "尚未检查",
};
