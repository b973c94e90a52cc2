// The pictures: each is what the press makes of the design as it stands here, for one person. They are asked for after a
// pause, the chosen one first, and an answer to a question that is out of date is thrown away.
import { say } from "./words.js";

const PAUSE = 700; // milliseconds after the last change, before the chosen picture is asked for
const LONGER = 2500; // and before the others are
const AGAIN = 15000; // when the press is too busy

export class Preview {
  constructor(model, page, parts) {
    Object.assign(this, { model, page, ...parts });
    this.box = document.querySelector("[data-preview]");
    this.large = this.box.querySelector("[data-large]");
    this.who = this.box.querySelector("[data-who]");
    this.state = this.box.querySelector("[data-state]");
    this.language = this.box.querySelector("[data-language]");
    this.competition = this.box.querySelector("[data-competition]");
    this.steps = [...this.box.querySelectorAll("[data-step]")];
    this.thumbs = new Map([...this.box.querySelectorAll("[data-whom]")].map((button) => [button.dataset.whom, button]));
    this.whom = "typical";
    this.nth = 0;
    this.people = 0;
    this.listen();
    this.soon(0);
  }

  listen() {
    this.model.addEventListener("change", () => this.soon());
    this.language.addEventListener("change", () => this.soon(0));
    this.competition.addEventListener("change", () => this.among());
    for (const [whom, button] of this.thumbs) button.addEventListener("click", () => this.choose(whom));
    for (const step of this.steps) step.addEventListener("click", () => this.turn(Number(step.dataset.step)));
    this.box.querySelector("[data-retry]").addEventListener("click", () => this.soon(0));
  }

  choose(whom) {
    this.whom = whom;
    this.soon(0, whom !== "");
  }

  among() {
    this.nth = 0;
    this.choose(this.competition.value ? "" : "typical");
  }

  turn(by) {
    if (!this.competition.value) return;
    this.nth = this.people ? (this.nth + by + this.people) % this.people : 0;
    this.choose("");
  }

  // Throw away what is under way, wait for a pause, then ask.
  soon(pause = PAUSE, isSame = false) {
    this.under?.abort();
    clearTimeout(this.timer);
    this.under = new AbortController();
    const { signal } = this.under;
    if (!isSame) for (const button of this.thumbs.values()) button.classList.add("is-old");
    this.large.parentElement.classList.add("is-old");
    this.say("waiting");
    this.mark();
    this.timer = setTimeout(() => this.all(signal), pause);
  }

  mark() {
    for (const [whom, button] of this.thumbs) button.setAttribute("aria-pressed", whom === this.whom);
    for (const step of this.steps) step.disabled = !this.competition.value;
  }

  async all(signal) {
    const chosen = await this.one(this.whom, signal);
    if (signal.aborted || !chosen) return;
    this.show(chosen);
    const others = [...this.thumbs.keys()].filter((whom) => whom !== this.whom && this.thumbs.get(whom).classList.contains("is-old"));
    if (others.length) await new Promise((done) => setTimeout(done, LONGER - PAUSE));
    for (const whom of others) {
      if (signal.aborted || !(await this.one(whom, signal))) return;
    }
  }

  async one(whom, signal) {
    const button = this.thumbs.get(whom);
    const document_ = this.model.document;
    try {
      const answer = await this.ask(whom, document_, signal);
      if (button) this.thumb(button, answer);
      return { ...answer, document: document_ };
    } catch (error) {
      if (signal.aborted) return null;
      button?.classList.add("is-failed");
      this.fail(error);
      return null;
    }
  }

  async ask(whom, document_, signal) {
    const body = new URLSearchParams({
      document: JSON.stringify(document_), whom, language: this.language.value, csrf_token: this.page.token,
      competition: whom ? "" : this.competition.value, nth: whom ? "0" : String(this.nth),
    });
    const answer = await fetch(this.page.preview, { method: "POST", body, signal, headers: { Accept: "application/json" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") throw { why: "press_signed_out" };
    if (answer.status === 429) throw { why: "press_busy", again: AGAIN };
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (!isJson) throw { why: answer.status === 400 ? "press_old_page" : "press_failed" };
    const told = await answer.json();
    if (answer.status === 422) throw { why: "press_mend", problems: told.problems ?? [] };
    if (!answer.ok) throw { why: "press_failed" };
    return told;
  }

  thumb(button, { png, findings, name }) {
    button.classList.remove("is-old", "is-failed");
    const image = button.querySelector("img");
    if (png) image.src = png;
    else image.removeAttribute("src");
    button.querySelector("[data-name]").textContent = name ?? "";
    const bad = (findings ?? []).filter((one) => one.severity === "error").length;
    const note = button.querySelector("[data-note]");
    note.textContent = bad ? say("not_printed") : findings?.length ? say("findings", { n: findings.length }) : "";
    button.classList.toggle("is-failed", Boolean(bad) || !png);
  }

  show(answer) {
    this.large.parentElement.classList.remove("is-old");
    if (answer.png) this.large.src = answer.png;
    else this.large.removeAttribute("src");
    this.large.hidden = !answer.png;
    this.large.alt = say("picture_of", { name: answer.name ?? "" });
    this.people = answer.people ?? 0;
    this.who.textContent = this.told(answer);
    this.say(answer.png ? "drawn" : "not_printed", {}, answer.png ? "good" : "bad");
    this.findings.press(answer.findings ?? []);
    this.shown(answer);
  }

  // Whose paper it is; a competition without awards has nobody to print for.
  told({ name = "" }) {
    if (this.whom) return name;
    return this.people ? say("nth", { n: this.nth + 1, of: this.people, name }) : say("nobody");
  }

  fail({ why, problems = [], again }) {
    this.say(why ?? "press_network", { n: problems.length }, "bad");
    this.findings.press(problems);
    if (again) this.timer = setTimeout(() => this.soon(0, true), again);
  }

  say(name, values = {}, tone = "info") {
    this.state.textContent = say(name, values);
    this.state.dataset.tone = tone;
    this.box.querySelector("[data-retry]").hidden = tone !== "bad";
  }
}
