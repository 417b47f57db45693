// @ts-check

export const verdict = {
  verified: "verified",
  checked: "checked",
  not_verified: "not verified",
  unchecked: "not checked yet",
};
