// @ts-check

export const shortcuts = {
  title: "Keyboard shortcuts",
  skip: "Skip to the content",
  does: {
    send: "Send what you wrote",
    stop: "Stop the run",
    search: "Search sessions",
    approve: "Approve",
    change: "Request changes",
    reject: "Reject",
    list: "Show this list",
    close: "Close what is open",
  },
  hint: "Keys without Ctrl work while nothing is being typed; A, C and R while your decision is asked for.",
};
