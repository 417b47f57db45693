// Runs in the page from its beginning: counts frames and long tasks, and tells when the end of a session is shown.
(() => {
  const seen = { frames: [], tasks: [] };
  let last = 0;
  const next = (now) => {
    if (last) seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  const observer = new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((e) => e.duration)));
  observer.observe({ type: "longtask", buffered: true });

  window.bench = {
    seen,
    forget() {
      seen.frames.length = seen.tasks.length = 0;
    },
    /** Milliseconds since `began` at which the last turn, which ends with `text`, was on screen. */
    endShown: (text, began = 0) =>
      new Promise((resolve) => {
        const look = () => {
          const box = [...document.querySelectorAll("rt-timeline article")].at(-1);
          const pane = document.querySelector("rt-timeline")?.getBoundingClientRect();
          const place = box?.getBoundingClientRect();
          const there = box?.textContent.includes(text) && place.bottom > pane.top && place.bottom < pane.bottom;
          if (!there) requestAnimationFrame(look);
          else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began), 0));
        };
        look();
      }),
    open: (link, text) => {
      const began = performance.now();
      link.click();
      return window.bench.endShown(text, began);
    },
    /** Up to the beginning, a little with each frame; how many turns there are. */
    scrollUp: () =>
      new Promise((resolve) => {
        const scroller = document.querySelector(".timeline-scroller");
        let still = 0;
        const step = () => {
          const before = scroller.scrollTop;
          scroller.scrollTop = before - 60;
          still = scroller.scrollTop === before ? still + 1 : 0;
          if (still > 60) resolve(document.querySelectorAll("rt-timeline article").length);
          else requestAnimationFrame(step);
        };
        step();
      }),
    load: () => ({
      files: performance
        .getEntriesByType("resource")
        .filter((entry) => entry.name.includes("/ui/"))
        .map((entry) => [entry.name, entry.decodedBodySize]),
      requests: performance.getEntriesByType("resource").length + 1,
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      ready: performance.now(),
    }),
  };
})();
