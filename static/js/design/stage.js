// The page on the screen: at its true size or another, with its art, its frames and the words in them. It draws what the
// model says and changes nothing.
import { fit } from "./fit.js";
import { guides, rule, shape } from "./rulers.js";
import { mm, say } from "./words.js";

const TRUE = 9.6 / 25.4; // pixels to a tenth of a millimetre
const STEPS = [0.25, 0.33, 0.5, 0.67, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const ROOMY = 40; // pixels
const GRIPS = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const SIDES = { top: "flex-start", middle: "center", bottom: "flex-end" };

export class Stage {
  constructor(model, box, wording) {
    Object.assign(this, { model, box, wording });
    this.paper = box.querySelector("[data-paper]");
    this.frames = box.querySelector("[data-frames]");
    this.guide = box.querySelector("[data-guides]");
    this.across = box.querySelector("[data-ruler=across]");
    this.down = box.querySelector("[data-ruler=down]");
    this.art = box.querySelector("[data-art]");
    this.grips = box.querySelector("[data-grips]");
    this.painted = "";
    this.said = document.querySelector("[data-zoom-said]");
    this.drawn = new Map();
    this.as = new Map(); // how each frame was drawn: setting words anew is the slow part
    this.grips.replaceChildren(...GRIPS.map(grip));
    this.zoom = 0; // 0 is: as wide as the room
    new ResizeObserver(() => this.zoom === 0 && this.draw()).observe(box);
    document.fonts.addEventListener("loadingdone", () => this.anew());
    model.addEventListener("change", () => this.draw());
    model.addEventListener("choose", () => this.mark());
    this.draw();
  }

  get scale() {
    return this.zoom ? TRUE * this.zoom : Math.max((this.box.clientWidth - 40) / this.model.page.width, TRUE * 0.2);
  }

  closer(way) {
    const now = this.scale / TRUE;
    const step = way > 0 ? STEPS.find((one) => one > now + 0.01) : STEPS.findLast((one) => one < now - 0.01);
    if (step) this.at(step);
  }

  at(zoom) {
    this.zoom = zoom;
    this.draw();
  }

  draw() {
    const { page, fields } = this.model;
    const { scale } = this;
    this.paper.style.width = `${page.width * scale}px`;
    this.paper.style.height = `${page.height * scale}px`;
    rule(this.across, page.width, scale, true);
    rule(this.down, page.height, scale, false);
    guides(this.guide, page, scale);
    this.said.textContent = `${Math.round((scale / TRUE) * 100)} %`;
    this.paint();
    const known = new Set(fields.map((field) => field.id));
    for (const [id, frame] of this.drawn) if (!known.has(id)) [frame.remove(), this.drawn.delete(id), this.as.delete(id)];
    fields.forEach((field, place) => this.frame(field, place));
    this.mark();
  }

  // The art below everything: seen, and never taken hold of.
  paint() {
    const { art } = this.model.document;
    if (this.painted !== JSON.stringify(art)) {
      this.painted = JSON.stringify(art);
      this.art.replaceChildren(...art.map(({ file }) => picture(this.wording.url(file))));
    }
    art.forEach((one, place) => this.lay(this.art.children[place], one));
  }

  // A frame keeps its element, so that the focus stays where it is.
  frame(field, place) {
    let frame = this.drawn.get(field.id);
    if (!frame) {
      frame = document.createElement("button");
      frame.type = "button";
      frame.className = "design-frame";
      frame.dataset.field = field.id;
      frame.append(document.createElement("span"));
      this.drawn.set(field.id, frame);
    }
    if (this.frames.children[place] !== frame) this.frames.insertBefore(frame, this.frames.children[place] ?? null);
    const as = JSON.stringify([field, this.scale, this.wording.of(field)]);
    if (this.as.get(field.id) === as) return;
    this.as.set(field.id, as);
    this.lay(frame, field);
    this.fill(frame, field);
    frame.classList.toggle("is-locked", Boolean(field.locked));
    frame.setAttribute("aria-label", this.spoken(field));
  }

  lay(frame, { x, y, width, height }) {
    const { scale } = this;
    Object.assign(frame.style, { left: `${x * scale}px`, top: `${y * scale}px`, width: `${width * scale}px`, height: `${height * scale}px` });
  }

  fill(frame, field) {
    const span = frame.firstElementChild;
    frame.dataset.kind = field.kind;
    if (field.kind === "image" || field.kind === "code") return this.drawing(frame, field);
    span.textContent = this.wording.of(field);
    span.dir = "auto";
    Object.assign(span.style, {
      fontFamily: this.wording.family(field.face), fontWeight: field.weight, color: field.colour, textAlign: field.align,
      letterSpacing: `${field.spacing / 100}em`,
    });
    frame.style.alignItems = SIDES[field.valign] ?? "flex-start";
    const { over } = fit(span, field, this.scale);
    frame.classList.toggle("is-over", over);
    frame.classList.toggle("is-empty", !span.textContent);
    return null;
  }

  drawing(frame, field) {
    const url = field.kind === "code" ? this.wording.code : this.wording.url(field.file);
    if (frame.dataset.url === url) return;
    frame.dataset.url = url;
    if (url) frame.firstElementChild.replaceChildren(field.kind === "code" ? sign(url) : picture(url));
    else frame.firstElementChild.textContent = this.wording.of(field);
  }

  spoken(field) {
    const words = { name: this.wording.name(field), x: mm(field.x), y: mm(field.y), width: mm(field.width), height: mm(field.height) };
    const told = [say("frame", words)];
    if (field.locked) told.push(say("locked"));
    if (this.drawn.get(field.id)?.classList.contains("is-over")) told.push(say("overflows"));
    return told.join(" · ");
  }

  anew() {
    this.as.clear();
    this.painted = "";
    this.draw();
  }

  // Show a frame elsewhere while the hand holds it; the model hears of it when the hand lets go.
  show(id, box, told) {
    this.as.delete(id);
    const frame = this.drawn.get(id);
    const field = { ...this.model.field(id), ...box };
    this.lay(frame, field);
    this.fill(frame, field);
    this.hold(field);
    guides(this.guide, this.model.page, this.scale, told);
  }

  mark() {
    const field = this.model.field();
    for (const [id, frame] of this.drawn) frame.setAttribute("aria-pressed", id === field?.id);
    this.grips.hidden = !field || field.locked;
    if (field) this.hold(field);
  }

  // A small frame has its corners only: more would hide it.
  hold(field) {
    this.lay(this.grips, field);
    this.grips.classList.toggle("is-flat", field.height * this.scale < ROOMY);
    this.grips.classList.toggle("is-slim", field.width * this.scale < ROOMY);
  }

  focus(id = this.model.chosen) {
    this.drawn.get(id)?.focus({ preventScroll: false });
  }
}

function grip(side) {
  const knob = document.createElement("span");
  knob.className = `design-grip is-${side}`;
  knob.dataset.grip = side;
  return knob;
}

function picture(url) {
  const image = document.createElement("img");
  image.alt = "";
  image.draggable = false;
  image.src = url;
  return image;
}

// A code stands for itself: which one it is, each paper says.
function sign(url) {
  const drawing = shape("svg", { width: "100%", height: "100%", viewBox: "0 0 16 16" });
  drawing.append(shape("use", { href: url }));
  return drawing;
}
