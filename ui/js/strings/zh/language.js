// @ts-check

/** @type {typeof import("../en/language.js").language} */
export const language = {
  label: "界面语言",
  system: "跟随浏览器",
  hint: "切换后页面会重新加载，未发送的内容会保留。智能体的发言和服务器的部分消息为英文。",
  names: { en: "English", zh: "简体中文" },
};
