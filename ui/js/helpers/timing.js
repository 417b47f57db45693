// @ts-check

/**
 * Runs `work` once in the next animation frame, however often it is asked for. A page in the background
 * has no frames; there a timer takes their place.
 * @param {() => void} work
 */
export function framed(work) {
  let asked = false;
  const run = () => {
    asked = false;
    work();
  };
  return () => {
    if (asked) return;
    asked = true;
    if (document.hidden) setTimeout(run, 200);
    else requestAnimationFrame(run);
  };
}

/**
 * Runs `work` once nobody has asked for it during `ms`.
 * @param {() => void} work
 * @param {number} ms
 */
export function debounced(work, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
}
