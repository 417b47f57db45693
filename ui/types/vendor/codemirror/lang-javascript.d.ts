export * from "@codemirror/lang-javascript";
