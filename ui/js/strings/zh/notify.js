// @ts-check

/** @type {typeof import("../en/notify.js").notify} */
export const notify = {
  label: "需要我做决定且此窗口在后台时通知我",
  denied: "浏览器不允许通知；可在浏览器的网站设置中更改。",
  missing: "此窗口无法显示通知；需要您时，窗口标题会有提示。",
  body: "需要您做决定。",
};

/** @type {typeof import("../en/notify.js").announce} */
export const announce = {
  speaks: (agent) => `${agent} 正在发言。`,
  needed: (summary) => `需要您做决定。${summary}`,
  ended: (status) => `运行已结束：${status}。`,
};
