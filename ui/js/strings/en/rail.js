// @ts-check

export const rail = {
  region: "Sessions",
  open: "Show sessions",
  close: "Hide sessions",
  create: "New session",
  check: "Check files",
  search: "Search sessions",
  settings: "Settings",
  rename: "Rename",
  remove: "Delete",
  title: "Title",
  none: "No sessions yet. What you ask for will be listed here.",
  noMatch: (/** @type {string} */ query) => `Nothing found for “${query}”.`,
  failed: "The sessions could not be loaded.",
  removed: (/** @type {string} */ title) => `“${title}” will be deleted.`,
  undo: "Undo",
  actions: "Actions",
  more: "Show older sessions",
  oldest: "Search to find older sessions.",
  age: { today: "Today", yesterday: "Yesterday", week: "Last 7 days", older: "Older" },
};
