// The list of the fields, the uppermost first: the whole page can be worked from here without a mouse.
import { say } from "./words.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export class Layers {
  constructor(model, stage, wording, act) {
    Object.assign(this, { model, stage, wording, act });
    this.list = document.querySelector("[data-layers]");
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("keydown", (event) => this.pressed(event));
    model.addEventListener("change", () => this.draw());
    model.addEventListener("choose", () => this.draw());
    this.draw();
  }

  draw() {
    const { chosen, fields } = this.model;
    const lines = [...fields].reverse().map((field) => this.line(field));
    this.list.replaceChildren(...lines);
    if (chosen) this.list.setAttribute("aria-activedescendant", `layer-${chosen}`);
    else this.list.removeAttribute("aria-activedescendant");
    const at = fields.findIndex((field) => field.id === chosen);
    const field = fields[at];
    for (const [name, off] of Object.entries({
      up: !field || at === fields.length - 1, down: !field || at === 0, copy: !field, lock: !field, remove: !field || field.locked,
    })) document.querySelector(`[data-do=${name}]`).disabled = off;
    const lock = document.querySelector("[data-do=lock]");
    lock.setAttribute("aria-pressed", Boolean(field?.locked));
  }

  line(field) {
    const line = document.createElement("li");
    line.id = `layer-${field.id}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", field.id === this.model.chosen);
    line.dataset.layer = field.id;
    const name = document.createElement("span");
    name.textContent = this.wording.name(field);
    const notes = [this.wording.kind(field), ...(field.locked ? [say("locked")] : [])];
    const note = document.createElement("span");
    note.className = "fine";
    note.textContent = notes.join(" · ");
    line.append(name, note);
    if (this.stage.drawn.get(field.id)?.classList.contains("is-over")) line.append(mark());
    return line;
  }

  clicked(event) {
    const id = event.target.closest("[data-layer]")?.dataset.layer;
    if (id) this.pick(id);
  }

  pressed(event) {
    const fields = [...this.model.fields].reverse();
    const at = fields.findIndex((field) => field.id === this.model.chosen);
    if (event.ctrlKey || event.metaKey) return;
    if (event.key in STEPS && event.altKey) this.model.lift(this.model.chosen, -STEPS[event.key]);
    else if (event.key in STEPS) this.pick(fields[Math.min(Math.max(at + STEPS[event.key], 0), fields.length - 1)]?.id);
    else if (event.key === "Home") this.pick(fields[0]?.id);
    else if (event.key === "End") this.pick(fields.at(-1)?.id);
    else if (event.key === "Enter") this.act.numbers();
    else if (event.key === "Delete") this.act.remove();
    else return;
    event.preventDefault();
  }

  pick(id) {
    if (!id) return;
    this.model.choose(id);
    document.getElementById(`layer-${id}`)?.scrollIntoView({ block: "nearest" });
  }
}

function mark() {
  const note = document.createElement("span");
  note.className = "design-over";
  note.textContent = say("overflows");
  return note;
}
