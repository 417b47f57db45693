// @ts-check

export const leaving = {
  title: "Open this address?",
  host: (/** @type {string} */ host) => `The link leads to ${host}`,
  disguised: "This name has letters that look like others. It may not be the site that it seems to be.",
  named: "The part before @ is a user name, not the site.",
  plain: "The connection is not encrypted (http).",
  go: "Open",
  back: "Cancel",
};
