// @ts-check

/** @type {typeof import("../en/replay.js").replay} */
export const replay = {
  region: "回放",
  open: "回放胶囊",
  heading: "回放运行胶囊",
  intro: "胶囊无需模型即可重现会话。其中的内容不会被运行，也不会被保存。",
  drop: "将 .rtcapsule 文件拖放到这里",
  pick: "选择文件",
  opening: "正在验证胶囊…",
  another: "打开另一个",
  leave: "退出回放",
  play: "播放",
  pause: "暂停",
  back: "上一步",
  forward: "下一步",
  toEnd: "到末尾",
  speed: "速度",
  times: (n) => `${n}×`,
  position: "位置",
  positionValue: (at, all) => `第 ${at} 个事件，共 ${all} 个`,
  facts: (made) => `制作于 ${made}，全部哈希已验证。`,
  nothingTaken: "没有去除任何内容。",
  taken: (what) => `已去除：${what}。`,
  kinds: {
    key: (n) => `${n} 个密钥`,
    secret: (n) => `${n} 处机密`,
    path: (n) => `${n} 个用户文件夹`,
  },
  notInIt: "胶囊中没有这些文件。",
};
