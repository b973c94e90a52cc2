// The settings of the chosen field, and of the page. The boxes stand in the page already; here they are filled and read.
// A number that cannot be read stays in its box with a sentence under it, and changes nothing.
import { mm, say, tenths } from "./words.js";

const LENGTHS = ["x", "y", "width", "height"];
const WHOLE = /^[0-9]{1,3}$/;
const READ = {
  length: tenths,
  points: (text) => half(tenths(text)),
  whole: (text) => (WHOLE.test(text.normalize("NFKC").trim()) ? Number(text.normalize("NFKC")) : null),
  text: (text) => text,
};
const WRONG = { length: "no_length", points: "no_points", whole: "no_whole" };

function half(points) {
  return points !== null && points > 0 && points % 5 === 0 ? points : null;
}

export class Panel {
  constructor(model, wording) {
    Object.assign(this, { model, wording, boxes: new Map() });
    this.box = document.querySelector("[data-panel=field]");
    this.page = document.querySelector("[data-panel=page]");
    this.empty = document.querySelector("[data-panel-empty]");
    this.heading = document.querySelector("[data-panel-name]");
    for (const box of [this.box, this.page]) {
      box.addEventListener("input", (event) => this.typed(event.target));
      box.addEventListener("focusout", () => this.fill());
    }
    model.addEventListener("change", () => this.fill());
    model.addEventListener("choose", () => this.fill(true));
    this.fill(true);
  }

  inputs(box = this.box) {
    return [...box.querySelectorAll("[data-at]")];
  }

  fill(isNew = false) {
    const field = this.model.field();
    [this.box.hidden, this.empty.hidden] = [!field, Boolean(field)];
    for (const input of this.inputs(this.page)) this.write(input, at(this.model.document, input.dataset.at), false);
    if (!field) return;
    this.heading.textContent = this.wording.name(field);
    for (const part of this.box.querySelectorAll("[data-kinds]")) part.hidden = !part.dataset.kinds.split(" ").includes(field.kind);
    for (const input of this.inputs()) {
      if (input.closest("[data-kinds][hidden]")) continue;
      this.write(input, at(field, input.dataset.at), isNew);
      input.disabled = Boolean(field.locked) && LENGTHS.includes(input.dataset.at);
    }
    for (const badge of this.box.querySelectorAll("[data-face-badge]")) badge.hidden = badge.dataset.faceBadge !== field.face;
    this.box.querySelector("[data-many]").hidden = !this.wording.facts[field.fact]?.many;
    const drawn = this.boxes.get(field.id);
    this.box.querySelector("[data-drawn]").textContent = drawn?.size ? say("drawn_at", { size: mm(drawn.size), lines: drawn.lines }) : "";
  }

  // What the press made of each field for the person in the picture.
  drawn(boxes) {
    this.boxes = new Map(boxes.map((box) => [box.id, box]));
    this.fill();
  }

  // What is being typed, and what was typed wrongly, is left alone.
  write(input, value, isNew) {
    const isBusy = input === document.activeElement || input.getAttribute("aria-invalid") === "true";
    if (isBusy && !isNew && !(input === document.activeElement && this.reads(input) !== value && input.dataset.typing !== "yes")) return;
    const { kind } = input.dataset;
    if (input.type === "checkbox") input.checked = Boolean(value);
    else input.value = kind === "length" || kind === "points" ? mm(value ?? 0) : (value ?? "");
    this.judge(input, true);
  }

  reads(input) {
    return (READ[input.dataset.kind] ?? READ.text)(input.value);
  }

  typed(input) {
    const { at: path } = input.dataset;
    if (!path) return;
    const value = input.type === "checkbox" ? input.checked : this.reads(input);
    const isOptional = input.dataset.optional === "yes" && input.value.trim() === "";
    this.judge(input, isOptional || value !== null);
    if (!isOptional && value === null) return;
    input.dataset.typing = "yes";
    if (this.page.contains(input)) this.model.change((now) => set(now, path, value), `page/${path}`);
    else this.change(path, isOptional ? undefined : value);
    delete input.dataset.typing;
  }

  change(path, value) {
    const { id } = this.model.field();
    if (LENGTHS.includes(path)) this.model.place(id, { [path]: value }, `${id}/${path}`);
    else this.model.change((now) => set(now.fields.find((field) => field.id === id), path, value), `${id}/${path}`);
  }

  judge(input, isRight) {
    const note = document.getElementById(`${input.id}-wrong`);
    if (!note) return;
    input.setAttribute("aria-invalid", String(!isRight));
    note.hidden = isRight;
    note.textContent = isRight ? "" : say(WRONG[input.dataset.kind]);
  }

  // What is typed and cannot be read: it would be lost by saving.
  wrong() {
    return [...this.inputs(), ...this.inputs(this.page)].find((input) => input.getAttribute("aria-invalid") === "true" && !input.closest("[hidden]"));
  }

  numbers() {
    const input = this.box.querySelector("[data-at=x]");
    input.focus();
    input.select();
  }
}

function at(thing, path) {
  return path.split(".").reduce((found, name) => found?.[name], thing);
}

function set(thing, path, value) {
  const names = path.split(".");
  const last = names.pop();
  const inner = names.reduce((found, name) => found[name], thing);
  if (value === undefined) delete inner[last];
  else inner[last] = value;
}
