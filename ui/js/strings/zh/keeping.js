// @ts-check

/** @type {typeof import("../en/keeping.js").keeping} */
export const keeping = {
  tooLong: (most) => `连同文件超过 ${most} 个字符，过长：关闭此标签页后不会保留。`,
};
