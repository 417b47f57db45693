// @ts-check

/** @type {typeof import("../en/announce.js").announce} */
export const announce = {
  speaks: (agent) => `${agent} 正在发言。`,
  needed: (summary) => `需要您做决定。${summary}`,
  ended: (status) => `运行已结束：${status}。`,
};
