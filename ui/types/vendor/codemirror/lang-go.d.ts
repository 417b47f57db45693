export * from "@codemirror/lang-go";
