// @ts-check

export const end = {
  overridden: "Approved by an explicit decision although it was not verified.",
  approvedVerified: "Approved and verified",
  approved: "Approved, but not verified",
  rejected: "Rejected",
  cancelled: "Cancelled",
  budget: "Stopped: out of budget",
  failed: "Failed",
  version: (/** @type {number} */ n) => `version ${n}`,
};
