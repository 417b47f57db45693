// @ts-check

/** @type {typeof import("../en/exporting.js").exporting} */
export const exporting = {
  open: "导出…",
  heading: (title) => `导出“${title}”`,
  format: "格式",
  formats: {
    html: { name: "网页", what: "单个文件，可在任何浏览器中离线阅读。" },
    md: { name: "Markdown", what: "请求、发言、结论、证明和代码的文本。" },
    json: { name: "JSON", what: "全部事件和文件，供程序使用。" },
    capsule: { name: "运行胶囊", what: "无需模型即可在此回放；用户文件夹路径也会去除。" },
    zip: { name: "Zip", what: "事件日志和已批准的文件。" },
  },
  redacted: "密钥和疑似机密的内容不会导出；文件会说明去除了什么。",
  do: "导出",
  cancel: "取消",
  close: "关闭",
  noSession: "请先打开要导出的会话。",
};
