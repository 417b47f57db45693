// @ts-check

export const firstRun = {
  region: "Get a model ready",
  heading: "First, a model",
  intro: "The agents need a model. Nothing that can be used was found, and one click is enough.",
  introWorking: "You can write your request meanwhile.",
  introFailed: "The model could not be made ready.",
  found: "What was found",
  ollama: "Ollama",
  builtin: "Built-in model",
  keys: "Cloud services",
  ollamaStates: {
    running: (/** @type {string} */ models) => `running, has ${models}`,
    no_models: "running, no model yet",
    stopped: "installed, not running",
    missing: "not installed",
  },
  builtinHere: (/** @type {string} */ model) => `${model}, on this machine`,
  builtinMissing: (/** @type {string} */ model, /** @type {string} */ size) =>
    `${model}, to be downloaded (${size})`,
  builtinNone: "cannot run on this system",
  keysNone: "no key set",
  offline:
    "This machine seems to be offline. Connect it to download a model, start Ollama if it has one, or copy the model's file into a folder and name that in ROUNDTABLE_WEIGHTS_DIR.",
  pullBuiltin: (/** @type {string} */ size) => `Download the built-in model, ${size}`,
  pull: (/** @type {string} */ model, /** @type {string} */ size) => `Download ${model} with Ollama, ${size}`,
  use: (/** @type {string} */ model) => `Use ${model} from Ollama`,
  useBuiltin: (/** @type {string} */ model) => `Use ${model}`,
  start: "Start Ollama and look",
  key: "Set an API key",
  all: "All models",
  tooLarge: "Even the smallest model needs more memory than this machine has; a cloud service needs none.",
};
