// Saving, and what may stand in its way: mistakes, another person's version, a lost session. What is not saved lies in
// this browser until the server has it, and leaving the page asks.
import { Draft } from "./draft.js";
import { say } from "./words.js";

const SOON = 250; // milliseconds

export class Saving {
  constructor(model, page, parts) {
    Object.assign(this, { model, page, ...parts });
    this.version = page.version;
    this.stored = JSON.stringify(model.document);
    this.draft = new Draft(`skillhub.design.${page.user}.${page.design}`);
    this.line = document.querySelector("[data-saved]");
    this.button = document.querySelector("[data-do=save]");
    this.at = null;
    model.addEventListener("change", () => this.changed());
    addEventListener("beforeunload", (event) => this.isOpen && event.preventDefault());
    addEventListener("pagehide", () => this.keep());
    this.recall();
    this.tell();
  }

  get isOpen() {
    return JSON.stringify(this.model.document) !== this.stored;
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), SOON);
    this.trouble = null; // what was said of the page before this change
    this.tell();
  }

  keep() {
    if (this.isOpen) this.draft.keep(this.model.document, this.version);
    else this.draft.forget();
    this.tell();
  }

  // What was left unsaved here before: it comes back by itself, unless another version stands there by now.
  recall() {
    const kept = this.draft.read();
    if (!kept || JSON.stringify(kept.document) === this.stored) return this.draft.forget();
    if (kept.version === this.version) {
      this.model.replace(kept.document);
      this.trouble = ["recalled", { at: new Date(kept.at).toLocaleString() }, "info"];
    } else {
      const theirs = this.model.document;
      this.model.replace(kept.document);
      this.version = kept.version;
      this.clash.show(kept.document, { document: theirs, version: this.page.version, by: this.page.by }, (version) => this.settle(version, theirs));
    }
    return null;
  }

  tell() {
    if (this.busy) return this.say("saving", {}, "info");
    if (this.draft.isFull && this.isOpen) return this.say("full", {}, "bad");
    if (this.trouble) return this.say(...this.trouble);
    if (this.isOpen) return this.say("open", {}, "warn");
    return this.say(this.at ? "all_saved" : "nothing_open", { at: this.at ?? "" }, "good");
  }

  say(name, values = {}, tone = "info") {
    const text = say(name, values);
    if (this.line.textContent !== text) this.line.textContent = text;
    this.line.dataset.tone = tone;
  }

  async save() {
    if (this.busy) return;
    const wrong = this.panel.wrong();
    if (wrong) {
      wrong.focus();
      this.trouble = ["mend_box", {}, "bad"];
      return this.tell();
    }
    this.trouble = null;
    this.busy = true;
    this.tell();
    const sent = this.model.document;
    try {
      await this.heard(await this.post(sent), sent);
    } catch (error) {
      this.trouble = [error.why ?? "why_network", {}, "bad"];
    }
    this.busy = false;
    this.tell();
  }

  async post(document_, mayRenew = true) {
    const body = new URLSearchParams({ document: JSON.stringify(document_), version: this.version, csrf_token: this.page.token });
    const answer = await fetch(this.page.save, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.type === "opaqueredirect") throw { why: "why_signed_out" };
    if (answer.status === 400 && !isJson && mayRenew) {
      this.page.token = await this.renew();
      return this.post(document_, false);
    }
    if ([403, 404].includes(answer.status)) throw { why: "why_not_allowed" };
    if (!isJson) throw { why: "why_network" };
    return { status: answer.status, ...(await answer.json()) };
  }

  // A page that has stood for long asks for leave to write anew: for the same person only.
  async renew() {
    const answer = await fetch(location.pathname, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") throw { why: "why_signed_out" };
    const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = JSON.parse(drawn.getElementById("design-page")?.textContent ?? "{}");
    if (fresh.user !== this.page.user) throw { why: "why_other_account" };
    return fresh.token;
  }

  async heard(answer, sent) {
    this.findings.mistakes(answer.problems ?? []);
    if (answer.status === 200) {
      this.version = answer.version;
      this.stored = JSON.stringify(sent);
      this.at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      this.keep();
    } else if (answer.status === 409) {
      this.trouble = ["stale", { by: answer.by || say("somebody") }, "bad"];
      this.clash.show(sent, answer, (version) => this.settle(version, answer.document));
    } else {
      this.findings.box.focus();
      this.trouble = ["mend", { n: (answer.problems ?? []).length }, "bad"];
    }
  }

  // A picture that was kept made a new version: ours, unless somebody else saved before it.
  moved(version) {
    if (version !== this.version + 1) return;
    this.version = version;
    this.keep();
  }

  // Both were shown: from here on the version of the other person is the one that stands.
  settle(version, theirs) {
    this.version = version;
    this.stored = JSON.stringify(theirs);
    this.trouble = null;
    this.keep();
  }
}
