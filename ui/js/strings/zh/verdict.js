// @ts-check

/** @type {typeof import("../en/verdict.js").verdict} */
export const verdict = {
  verified: "已验证",
  checked: "已检查",
  not_verified: "未验证",
  unchecked: "尚未检查",
};
