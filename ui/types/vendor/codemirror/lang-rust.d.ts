export * from "@codemirror/lang-rust";
