// @ts-check

/** @type {typeof import("../en/quitting.js").quitting} */
export const quitting = {
  label: "退出",
  quit: "退出 Roundtable",
  hint: "关闭此标签页后，Roundtable 仍会继续运行。正在进行的运行会被保留，下次启动后继续。",
  ended: {
    title: "Roundtable 已退出",
    body: "您可以关闭此标签页。正在进行的运行已保留，下次启动后继续。",
  },
};
