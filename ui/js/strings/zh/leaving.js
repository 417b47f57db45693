// @ts-check

/** @type {typeof import("../en/leaving.js").leaving} */
export const leaving = {
  title: "打开此地址？",
  host: (host) => `此链接指向 ${host}`,
  disguised: "此域名含有与其他字母相似的字符，可能并不是看起来的网站。",
  named: "@ 之前的部分是用户名，不是网站。",
  plain: "连接未加密（http）。",
  go: "打开",
  back: "取消",
};
