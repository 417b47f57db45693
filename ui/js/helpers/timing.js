// @ts-check

/** How long a slice of work in idle time may take. */
const SLICE_MS = 6;
/** After this long it is done although the page is busy. */
const PATIENCE_MS = 500;

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

/**
 * Runs `work` when the page has nothing more urgent to do, again and again for a few milliseconds at a time,
 * until it returns false.
 * @param {() => boolean} work  one small step; whether there is more to do
 */
export function inIdleTime(work) {
  const go = () => {
    const until = performance.now() + SLICE_MS;
    let more = true;
    while (more && performance.now() < until) more = work();
    if (more) later(go);
  };
  later(go);
}

/** @param {() => void} work */
function later(work) {
  // Not every web view has idle callbacks.
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: PATIENCE_MS });
  else setTimeout(work, 1);
}
