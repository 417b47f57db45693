// @ts-check

/** @type {typeof import("../en/shortcuts.js").shortcuts} */
export const shortcuts = {
  title: "键盘快捷键",
  skip: "跳到内容",
  does: {
    send: "发送已写的内容",
    stop: "停止运行",
    search: "搜索会话",
    approve: "批准",
    change: "要求修改",
    reject: "拒绝",
    list: "显示此列表",
    close: "关闭已打开的内容",
  },
  hint: "不带 Ctrl 的按键在未输入文字时有效；A、C、R 在需要您做决定时有效。",
};
