import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["vendor/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["js/**/*.js"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    rules: {
      "no-restricted-properties": [
        "error",
        {
          property: "innerHTML",
          message: "Text goes into the page by textContent; markup only through render/markdown.js.",
        },
        { property: "outerHTML", message: "Text goes into the page by textContent." },
        { property: "insertAdjacentHTML", message: "Text goes into the page by textContent." },
      ],
      "no-restricted-globals": ["error", "alert", "confirm", "prompt", "event"],
      "no-eval": "error",
      "no-implied-eval": "error",
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "no-shadow": "error",
      "object-shorthand": "error",
      "max-lines": ["error", 500],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ["error", 14],
    },
  },
  {
    files: ["js/helpers/**/*.js"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "ImportDeclaration", message: "Helpers import nothing." },
      ],
    },
  },
  {
    files: ["js/model/**/*.js"],
    rules: {
      "no-restricted-globals": [
        "error",
        "document",
        "window",
        "navigator",
        "localStorage",
        "sessionStorage",
        "fetch",
      ],
    },
  },
];
