// @ts-check

/** @type {typeof import("../en/connection.js").connection} */
export const connection = {
  reconnecting: "正在重新连接…",
  down: "无法连接服务器。不会丢失任何内容：关闭此窗口，运行也会继续。Roundtable 还在运行吗？",
};
