// @ts-check

export const quitting = {
  label: "End",
  quit: "Quit Roundtable",
  hint: "Closing this tab leaves Roundtable running. Runs in progress are kept, and go on at the next start.",
  ended: {
    title: "Roundtable has ended",
    body: "You can close this tab. Runs in progress were kept, and go on at the next start.",
  },
};
