// @ts-check
/** Line icons on a 16-pixel grid, drawn for this page. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  shield: "M8 1.8l5 1.8v4c0 3.2-2.1 5.6-5 6.6-2.9-1-5-3.4-5-6.6v-4zM5.7 8l1.6 1.6 3-3.2",
  bolt: "M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z",
  user: "M8 7.8a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 14c.6-2.8 2.7-4.2 5.2-4.2s4.6 1.4 5.2 4.2",
  plus: "M8 3v10M3 8h10",
  search: "M7 11.3a4.3 4.3 0 1 0 0-8.6 4.3 4.3 0 0 0 0 8.6zM10.3 10.3 14 14",
  sliders:
    "M2 4.5h6.5M12.5 4.5H14M2 11.5h1.5M7.5 11.5H14M10.5 6.4a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8zM5.5 13.4a1.9 1.9 0 1 0 0-3.8 1.9 1.9 0 0 0 0 3.8z",
  stop: "M4.5 4.5h7v7h-7z",
  trash: "M2.8 4.5h10.4M6.3 4.5V2.8h3.4v1.7M4.3 4.5l.6 8.7h6.2l.6-8.7",
  pencil: "M3 13l.6-2.8 7.5-7.5 2.2 2.2-7.5 7.5z",
  copy: "M6.2 5.2h6.3c.5 0 1 .5 1 1v6.3c0 .5-.5 1-1 1H6.2c-.5 0-1-.5-1-1V6.2c0-.5.5-1 1-1zM10.8 5.2V3.5c0-.5-.5-1-1-1H3.5c-.5 0-1 .5-1 1v6.3c0 .5.5 1 1 1h1.7",
  download: "M8 2.5v7.7M4.8 7 8 10.2 11.2 7M3 13.3h10",
  check: "M3.2 8.4l3.1 3.1 6.5-7",
  cross: "M4 4l8 8M12 4l-8 8",
  dash: "M4 8h8",
  chevron: "M6 4l4 4-4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  alert: "M8 2.4 14.2 13.3H1.8zM8 6.6v3M8 11.4v.2",
  keyboard:
    "M2.5 4h11c.6 0 1 .4 1 1v6c0 .6-.4 1-1 1h-11c-.6 0-1-.4-1-1V5c0-.6.4-1 1-1zM4 6.5h.1M6.7 6.5h.1M9.3 6.5h.1M12 6.5h.1M4 9.5h.1M6.5 9.5h3M12 9.5h.1",
  more: "M3.5 8h.1M8 8h.1M12.5 8h.1",
  fork: "M4.5 3v4.5c0 1.7 1.3 3 3 3h4M9 8l2.5 2.5L9 13M4.5 7.5V13",
  rewind: "M6.5 4 3 7.5 6.5 11M3.5 7.5H10a3 3 0 0 1 0 6H7",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  stepBack: "M4 3.5v9M12 3.5 6 8l6 4.5z",
  stepForward: "M12 3.5v9M4 3.5 10 8l-6 4.5z",
  play: "M5 3.5v9l7-4.5z",
  clip: "M12.8 7.4 7.9 12.3a2.9 2.9 0 0 1-4.1-4.1l5.3-5.3a1.9 1.9 0 0 1 2.7 2.7L6.6 10.9a.9.9 0 0 1-1.3-1.3l4.6-4.6",
  braces:
    "M6 2.8H5.2c-.9 0-1.4.5-1.4 1.4v2c0 1-.6 1.6-1.4 1.8.8.2 1.4.8 1.4 1.8v2c0 .9.5 1.4 1.4 1.4H6M10 2.8h.8c.9 0 1.4.5 1.4 1.4v2c0 1 .6 1.6 1.4 1.8-.8.2-1.4.8-1.4 1.8v2c0 .9-.5 1.4-1.4 1.4H10",
  checkFile: "M4 2h5l3 3v9H4zM9 2v3h3M6 9.6l1.4 1.4 2.4-2.8",
  list: "M2.5 4h.1M5.5 4h8M2.5 8h.1M5.5 8h8M2.5 12h.1M5.5 12h8",
  dot: "M8 8.6a.6.6 0 1 0 0-1.2.6.6 0 0 0 0 1.2z",
  swap: "M2.8 5.5h9.4M9.6 2.9l2.6 2.6-2.6 2.6M13.2 10.5H3.8M6.4 7.9l-2.6 2.6 2.6 2.6",
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * A decorative icon; what it means stands beside it or in the control's name.
 * @param {IconName} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** @type {Record<string, IconName>} */
const OF_AGENT = {
  code_generator: "code",
  quality_checker: "shield",
  code_optimizer: "bolt",
  user_proxy: "user",
};

/** @param {string} agent */
export function agentIcon(agent) {
  return icon(OF_AGENT[agent] ?? "dot");
}
