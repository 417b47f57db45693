// @ts-check

/** @type {typeof import("../en/window.js").ownWindow} */
export const ownWindow = {
  saved: (path) => `已保存为 ${path}。`,
};
