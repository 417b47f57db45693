// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { button, iconButton } from "../render/controls.js";
import { strings } from "../strings.js";

const words = strings.leaving;
/** How a host name in other scripts than Latin is really written. */
const PUNYCODE = /(^|\.)xn--/;

/** Asks before a link leads away from the page, and shows the host that it really leads to. */
class Leaving extends HTMLElement {
  #body = h("div", { class: "dialog-body leaving-body" });
  #foot = h("footer", { class: "dialog-buttons" });
  #back = button(words.back, () => this.#dialog.close());
  #dialog = h("dialog", { class: "leaving", "aria-labelledby": "leaving-title" });

  connect() {
    const close = iconButton("cross", strings.settings.close, () => this.#dialog.close());
    this.#dialog.append(
      h("header", { class: "dialog-head" }, h("h2", { id: "leaving-title" }, words.title), close),
      this.#body,
      h("div", { class: "dialog-foot" }, this.#foot),
    );
    this.append(this.#dialog);
    for (const kind of ["click", "auxclick"])
      document.addEventListener(kind, (event) => this.#onClick(event), { capture: true });
  }

  /** @param {Event} event */
  #onClick(event) {
    const link = event.target instanceof Element && event.target.closest("a");
    if (!link || !link.href || link.origin === location.origin || this.contains(link)) return;
    event.preventDefault();
    this.#ask(new URL(link.href));
  }

  /** @param {URL} url */
  #ask(url) {
    const doubts = [
      PUNYCODE.test(url.hostname) && words.disguised,
      url.username && words.named,
      url.protocol === "http:" && words.plain,
    ].filter(Boolean);
    const go = h(
      "a",
      {
        class: "button primary",
        href: url.href,
        target: "_blank",
        rel: "noopener noreferrer nofollow",
        onclick: () => this.#dialog.close(),
      },
      words.go,
    );
    this.#body.replaceChildren(
      h("p", {}, h("strong", {}, words.host(url.host))),
      h("p", { class: "leaving-address" }, h("code", {}, reveal(url.href))),
      ...doubts.map((doubt) => h("p", { class: "override" }, doubt)),
    );
    this.#foot.replaceChildren(this.#back, go);
    this.#dialog.showModal();
    this.#back.focus();
  }
}

customElements.define("rt-leaving", Leaving);
