// @ts-check

export const language = {
  label: "Language of the page",
  system: "As the browser",
  hint: "Changing it loads the page anew; what you were writing stays. What the agents say, and part of what the server says, is in English.",
  names: { en: "English", zh: "简体中文" },
};
