// The designer: the page in millimetres, its fields, the press's own pictures of it, and saving.
import { add, choices } from "./adding.js";
import { Clash } from "./clash.js";
import { hand } from "./drag.js";
import { Findings } from "./findings.js";
import { listen } from "./keys.js";
import { Layers } from "./layers.js";
import { Model } from "./model.js";
import { needing } from "./needing.js";
import { Panel } from "./panel.js";
import { pictures } from "./pictures.js";
import { Preview } from "./preview.js";
import { Saving } from "./saving.js";
import { Stage } from "./stage.js";
import { Wording } from "./wording.js";
import { say } from "./words.js";

const root = document.getElementById("designer");
const page = JSON.parse(document.getElementById("design-page").textContent);
root.hidden = false; // the page is drawn at its true width
document.querySelector("[data-plain]").remove();

const wording = new Wording(page);
const model = new Model(page.document);
const stage = new Stage(model, root.querySelector("[data-stage]"), wording);
const panel = new Panel(model, wording);
const findings = new Findings(model, wording, (id) => {
  model.choose(id);
  stage.focus(id);
});
const clash = new Clash(model, wording, () => saving.save());
const saving = new Saving(model, page, { panel, findings, clash });
const snap = root.querySelector("[data-do=snap]");
const live = root.querySelector("[data-live]");

const act = {
  undo: () => model.undo(),
  redo: () => model.redo(),
  save: () => saving.save(),
  copy: () => keep(() => model.copy()),
  remove: () => keep(() => model.remove()),
  up: () => model.lift(model.chosen, 1),
  down: () => model.lift(model.chosen, -1),
  lift: (by) => model.lift(model.chosen, by),
  lock: () => model.chosen && model.put(model.chosen, { locked: !model.field().locked }),
  snap: () => snap.setAttribute("aria-pressed", String(snap.getAttribute("aria-pressed") !== "true")),
  numbers: () => panel.numbers(),
  closer: () => stage.closer(1),
  farther: () => stage.closer(-1),
  whole: () => stage.at(0),
  true: () => stage.at(1),
  help: () => document.getElementById("design-keys").showModal(),
  add: () => add(model, root, page.fresh),
  refuse: () => tell(model.field() ? say("is_locked") : ""),
  place: () => tell(stage.spoken(model.field())),
};

// The focus stays on a frame when the frame under it went or was copied.
function keep(change) {
  const isFrame = Boolean(document.activeElement?.closest?.(".design-frame"));
  change();
  if (isFrame) stage.focus();
}

function tell(text) {
  live.textContent = text;
}

const layers = new Layers(model, stage, wording, act);
hand(model, stage, () => snap.getAttribute("aria-pressed") === "true");
listen(root, model, stage, act);
for (const button of root.querySelectorAll("[data-do]")) button.addEventListener("click", () => act[button.dataset.do]());

function turns() {
  root.querySelector("[data-do=undo]").disabled = !model.history.done.length;
  root.querySelector("[data-do=redo]").disabled = !model.history.undone.length;
}
model.addEventListener("change", turns);
turns();
choices(root, model);
needing(root, model);
pictures(root, wording, stage, saving);
findings.mistakes(page.problems);

new Preview(model, page, {
  findings,
  shown(answer) {
    wording.heard(answer.document.fields, answer.words);
    stage.draw();
    layers.draw();
    panel.drawn(answer.boxes ?? []);
  },
});
root.dataset.ready = "yes";
