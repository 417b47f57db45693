// @ts-check

/** @type {typeof import("../en/steering.js").steering} */
export const steering = {
  menu: (turn) => (turn === 0 ? "请求的操作" : `第 ${turn} 轮发言的操作`),
  fork: "从这里分叉",
  rewind: "回退到这里",
  forkSession: "分叉",
  unfinished: "这一轮发言尚未结束。",
  working: "任务正在运行，请先停止。",
  followed: "之后还有另一次运行，请改用分叉。",
  ended: "运行在这一轮已有决定。",
  newest: "运行当前就停在这里。",
  nothingYet: "还没有结束的发言。",
  forkHeading: (turn) => (turn === 0 ? "从起点分叉" : `从第 ${turn} 轮发言分叉`),
  forkWill: (turn) =>
    turn === 0
      ? "新会话从同一个请求开始。当前会话保持不变。"
      : `新会话会复制到第 ${turn} 轮发言结束为止的内容。当前会话保持不变。`,
  rewindHeading: (turn) => (turn === 0 ? "回退到起点" : `回退到第 ${turn} 轮发言`),
  rewindWill: (dropped) =>
    dropped.length === 1
      ? `第 ${dropped[0]} 轮发言会留在日志中，但不再算数。`
      : `第 ${dropped[0]} 到 ${dropped.at(-1)} 轮发言会留在日志中，但不再算数。`,
  thenWaits: "之后会等待您的决定。",
  thenGoesOn: "之后智能体会从那里继续，并调用模型。",
  thenIsOver: "运行在那里已经结束，副本也同样结束。",
  title: "新会话的标题",
  fork_: (title) => `${title}（分叉）`,
  forkDo: "分叉",
  rewindDo: "回退",
  cancel: "取消",
  close: "关闭",
  forked: "这是新的会话。",
  rewound: (turn) => (turn === 0 ? "已回到起点。" : `已回到第 ${turn} 轮发言结束处。`),
  from: (turn) => (turn === 0 ? "分叉自起点，来源：" : `分叉自第 ${turn} 轮发言，来源：`),
  fromSession: "另一个会话",
  superseded: (n) => `${n} 轮不再算数的发言`,
};
