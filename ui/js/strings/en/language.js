// @ts-check

export const language = {
  label: "Language of the page",
  system: "As the browser",
  hint: "Changing it loads the page anew; what you were writing stays. Messages of the agents and of the server are in English.",
  names: { en: "English", zh: "简体中文" },
};
