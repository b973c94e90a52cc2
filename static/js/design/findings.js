// What must be mended or known, from saving and from the press, each with a way to its field.
import { say } from "./words.js";

export class Findings {
  constructor(model, wording, go) {
    Object.assign(this, { model, wording, go });
    this.box = document.querySelector("[data-findings]");
    this.list = this.box.querySelector("ul");
    this.kept = { mistakes: [], press: [] };
  }

  // What saving found; it stands until the next saving.
  mistakes(problems) {
    this.kept.mistakes = problems.map((problem) => ({ severity: "error", ...problem }));
    this.draw();
  }

  press(found) {
    this.kept.press = found;
    this.draw();
  }

  draw() {
    const seen = new Set();
    const all = [...this.kept.mistakes, ...this.kept.press].filter(({ where, message }) => {
      const isNew = !seen.has(`${where}/${message}`);
      seen.add(`${where}/${message}`);
      return isNew;
    });
    this.box.hidden = !all.length;
    this.box.querySelector("[data-count]").textContent = say("findings", { n: all.length });
    this.list.replaceChildren(...all.map((one) => this.line(one)));
  }

  line({ where, message, severity }) {
    const line = document.createElement("li");
    line.className = `is-${severity ?? "error"}`;
    const field = this.model.field(where);
    if (field) {
      const way = document.createElement("button");
      way.type = "button";
      way.className = "btn btn-quiet";
      way.textContent = this.wording.name(field);
      way.addEventListener("click", () => this.go(where));
      line.append(way, " ");
    }
    line.append(message);
    return line;
  }
}
