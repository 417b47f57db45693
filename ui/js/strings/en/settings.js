// @ts-check

export const settings = {
  title: "Settings",
  close: "Close",
  providers: "Providers",
  appearance: "Appearance",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  keyFor: (/** @type {string} */ title) => `Key for ${title}`,
  keySet: (/** @type {string} */ last4, /** @type {string} */ source) =>
    `Key set, ends in ${last4}${source ? ` (${source})` : ""}`,
  keyInMemory: (/** @type {string} */ variable) =>
    `The system has no keyring that can be used, so this key is kept in memory until Roundtable ends. ` +
    `Set ${variable} to keep it.`,
  keyMissing: "No key set",
  setKey: "Set key",
  replaceKey: "Replace key",
  deleteKey: "Delete key",
  saveKey: "Save",
  cancel: "Cancel",
  loading: "Looking at the providers…",
  version: (/** @type {string} */ version) => `Version ${version}`,
  states: {
    ready: "ready",
    no_key: "no key",
    not_ready: "not ready",
    unknown: "not tried yet",
  },
};
