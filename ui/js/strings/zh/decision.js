// @ts-check

/** @type {typeof import("../en/decision.js").decision} */
export const decision = {
  region: "Decision",
  heading: (n) => `请对版本 ${n} 做决定`,
  approve: "批准",
  change: "要求修改",
  reject: "拒绝",
  feedback: "反馈",
  feedbackHint: "需要修改什么？按 Ctrl+Enter 发送。",
  feedbackEmpty: "请说明需要修改什么。",
  back: "返回",
  instead: (n) => `系统提供的是版本 ${n}。`,
  backTo: (n) => `回到版本 ${n}`,
  chosen: (n) => `现在由您对版本 ${n} 做决定。`,
  blocked: "此版本已被阻止，不能批准：",
  overrideHeading: (n) => `仍要批准版本 ${n} 吗？`,
  confirmHeading: (n) => `批准版本 ${n} 吗？`,
  lacking: "此版本未验证。",
  accept: "请逐项确认，或要求修改",
  acceptFirst: (done, all) =>
    done < all ? `已确认 ${done}/${all} 项；全部勾选后才能继续。` : `全部 ${all} 项已确认。`,
  recorded: "您仍然批准这一事实会随决定一起记录。",
  overrideDo: "仍然批准",
  sending: "正在发送…",
  elsewhere: "在此期间已在别处做出决定；页面现在显示最新状态。",
  keys: "快捷键：A 批准，C 要求修改，R 拒绝",
};
