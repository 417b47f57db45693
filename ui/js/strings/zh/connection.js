// @ts-check

/** @type {typeof import("../en/connection.js").connection} */
export const connection = {
  reconnecting: "正在重新连接…",
  down: "无法连接服务器。不会丢失任何内容：关闭此窗口，运行也会继续。Roundtable 还在运行吗？",
};

/** @type {typeof import("../en/connection.js").entry} */
export const entry = {
  title: "此窗口需要密钥",
  body: "Roundtable 已重新启动，或者打开此页面时没有使用它的链接。请打开 “serve” 输出的链接，或重新启动应用。",
  bad: "此链接已失效。",
};
