// @ts-check

/** @type {typeof import("../en/end.js").end} */
export const end = {
  overridden: "未验证，但已由明确的决定批准。",
  approvedVerified: "已批准且已验证",
  approved: "已批准，但未验证",
  rejected: "已拒绝",
  cancelled: "已取消",
  budget: "已停止：预算用尽",
  failed: "失败",
  version: (n) => `版本 ${n}`,
};
