// @ts-check

export const status = {
  label: "Status of the run",
  queued: "queued",
  running: "running",
  waiting: "waiting for you",
  approved: "approved",
  rejected: "rejected",
  cancelled: "cancelled",
  budget: "stopped: out of budget",
  failed: "failed",
};

export const verdict = {
  verified: "verified",
  checked: "checked",
  not_verified: "not verified",
  unchecked: "not checked yet",
};
