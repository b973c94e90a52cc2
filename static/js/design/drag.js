// The hand: a frame is moved, or pulled by one of its eight grips. It catches the lines near it unless a key says no.
import { caught, edge, lines } from "./snap.js";

const REACH = 6; // pixels

export function hand(model, stage, snaps) {
  stage.paper.addEventListener("pointerdown", (event) => begin(event, model, stage, snaps));
}

function begin(event, model, stage, snaps) {
  const grip = event.target.closest("[data-grip]")?.dataset.grip ?? "";
  const frame = event.target.closest(".design-frame");
  if (event.button !== 0 || (!grip && !frame)) return;
  if (frame) model.choose(frame.dataset.field);
  const field = model.field();
  if (!field || field.locked) return;
  event.preventDefault();
  stage.focus();
  const held = {
    id: field.id, grip, start: { x: field.x, y: field.y, width: field.width, height: field.height }, box: null,
    from: [event.clientX, event.clientY], at: lines(model.page, model.fields, field.id), scale: stage.scale,
  };
  follow(held, model, stage, snaps);
}

function follow(held, model, stage, snaps) {
  const over = new AbortController();
  const end = (keep) => {
    over.abort();
    if (keep && held.box) model.place(held.id, held.box, "");
    stage.draw();
  };
  const options = { signal: over.signal };
  addEventListener("pointermove", (event) => move(event, held, model, stage, snaps), options);
  addEventListener("pointerup", () => end(true), options);
  addEventListener("pointercancel", () => end(false), options);
  addEventListener("keydown", (event) => event.key === "Escape" && end(false), { ...options, capture: true });
}

function move(event, held, model, stage, snaps) {
  const by = { x: (event.clientX - held.from[0]) / held.scale, y: (event.clientY - held.from[1]) / held.scale };
  if (!held.box && Math.hypot(by.x, by.y) * held.scale < 3) return; // a click is no move
  const reach = snaps() && !event.altKey ? REACH / held.scale : 0;
  const { box, told } = held.grip ? pulled(held, by, reach) : moved(held, by, reach);
  held.box = model.shaped(model.field(held.id), box);
  stage.show(held.id, held.box, told);
}

function moved({ start, at }, by, reach) {
  const box = { ...start, x: Math.round(start.x + by.x), y: Math.round(start.y + by.y) };
  return reach ? caught(box, at, reach) : { box, told: {} };
}

const SIDES = { w: ["x", "width", -1], e: ["x", "width", 1], n: ["y", "height", -1], s: ["y", "height", 1] };

function pulled({ start, grip, at }, by, reach) {
  const box = { ...start };
  const told = { x: null, y: null };
  for (const side of grip) {
    const [way, length, sign] = SIDES[side];
    const near = sign > 0 ? start[way] : start[way] + start[length]; // the edge that stays
    const wanted = Math.round((sign > 0 ? start[way] + start[length] : start[way]) + by[way]);
    const found = reach ? edge(wanted, at[way], reach) : { place: wanted, told: null };
    const place = sign > 0 ? Math.max(found.place, near + 10) : Math.min(found.place, near - 10);
    told[way] = found.told;
    box[length] = Math.abs(place - near);
    if (sign < 0) box[way] = place;
  }
  return { box, told };
}
