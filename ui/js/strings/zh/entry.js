// @ts-check

/** @type {typeof import("../en/entry.js").entry} */
export const entry = {
  title: "此窗口需要密钥",
  body: "Roundtable 已重新启动，或者打开此页面时没有使用它的链接。请打开 “serve” 输出的链接，或重新启动应用。",
  bad: "此链接已失效。",
};
