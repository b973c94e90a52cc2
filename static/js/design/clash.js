// Two versions of one design: both are shown, field by field, and nothing is lost whichever is chosen.
import { mm, say } from "./words.js";

const LENGTHS = new Set(["x", "y", "width", "height", "margin", "size", "least"]);

export class Clash {
  constructor(model, wording, save) {
    Object.assign(this, { model, wording, save });
    this.dialog = document.getElementById("design-clash");
    this.rows = this.dialog.querySelector("tbody");
    this.by = this.dialog.querySelector("[data-by]");
  }

  show(mine, { document: theirs, version, by }, settle) {
    this.by.textContent = say("clash_by", { by: by || say("somebody") });
    this.rows.replaceChildren(...this.differences(mine, theirs).map((cells) => line(cells)));
    this.dialog.returnValue = "";
    this.dialog.addEventListener("close", () => {
      const chosen = this.dialog.returnValue;
      if (!chosen) return;
      settle(version, theirs);
      this.model.replace(chosen === "theirs" ? theirs : mine);
      if (chosen === "mine") this.save();
    }, { once: true });
    if (!this.dialog.open) this.dialog.showModal();
  }

  differences(mine, theirs) {
    const rows = [];
    const [own, other] = [mine, theirs].map((document) => new Map(document.fields.map((field) => [field.id, field])));
    for (const id of new Set([...own.keys(), ...other.keys()])) {
      const [one, two] = [own.get(id), other.get(id)];
      const name = this.wording.name(one ?? two);
      if (!one || !two) rows.push([name, say("whole_field"), one ? say("there") : say("not_there"), two ? say("there") : say("not_there")]);
      else rows.push(...this.parts(name, one, two));
    }
    const [page, also] = [mine, theirs].map(({ fields, ...rest }) => ({ ...rest, order: fields.map((field) => field.id).join(", ") }));
    return [...rows, ...this.parts(say("page"), page, also)];
  }

  parts(name, one, two) {
    const keys = new Set([...Object.keys(one), ...Object.keys(two)]);
    return [...keys].filter((key) => JSON.stringify(one[key]) !== JSON.stringify(two[key]))
      .map((key) => [name, say(`key_${key}`), shown(key, one[key]), shown(key, two[key])]);
  }
}

function shown(key, value) {
  if (value === undefined || value === "") return "–";
  if (LENGTHS.has(key)) return mm(value);
  if (Array.isArray(value)) return value.map((one) => one.file ?? one).join(", ");
  return typeof value === "object" ? Object.values(value).map((one) => (Number.isInteger(one) ? mm(one) : one)).filter(Boolean).join(" · ") : String(value);
}

function line(cells) {
  const row = document.createElement("tr");
  cells.forEach((text, place) => {
    const cell = document.createElement(place ? "td" : "th");
    if (!place) cell.scope = "row";
    cell.textContent = text;
    row.append(cell);
  });
  return row;
}
