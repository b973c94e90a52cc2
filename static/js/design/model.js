// The design as it stands on this page: its document, which field is chosen, and every change as a whole new document,
// so that undo, the kept draft and the picture all look at the same thing.
import { History } from "./history.js";

const LEAST = 10; // tenths of a millimetre: a frame smaller than this could not be found again
const SQUARE = 150; // a code that is smaller cannot be read

export class Model extends EventTarget {
  constructor(document) {
    super();
    this.document = frozen(document);
    this.history = new History(this.document);
    this.chosen = this.document.fields[0]?.id ?? null;
  }

  get page() {
    return { ...this.document.page, margin: this.document.margin };
  }

  get fields() {
    return this.document.fields;
  }

  field(id = this.chosen) {
    return this.fields.find((field) => field.id === id) ?? null;
  }

  choose(id) {
    if (id === this.chosen) return;
    this.chosen = id;
    this.dispatchEvent(new Event("choose"));
  }

  // Every change goes through here. A tag says that changes in a row are one.
  change(edit, tag = "") {
    const next = structuredClone(this.document);
    edit(next);
    if (JSON.stringify(next) === JSON.stringify(this.document)) return;
    this.document = frozen(next);
    this.history.note(this.document, tag);
    this.told();
  }

  put(id, values, tag = `${id}/${Object.keys(values)}`) {
    this.change((document) => Object.assign(document.fields.find((field) => field.id === id), values), tag);
  }

  // A box in whole tenths of a millimetre, never too small to take hold of; a code stays square.
  place(id, box, tag) {
    const field = this.field(id);
    if (!field || field.locked) return;
    const values = Object.fromEntries(Object.entries(box).map(([name, length]) => [name, Math.round(length)]));
    for (const name of ["width", "height"]) if (name in values) values[name] = Math.max(values[name], LEAST);
    for (const name of ["x", "y"]) if (name in values) values[name] = Math.max(values[name], 0);
    this.put(id, this.shaped(field, values), tag ?? `${id}/place`);
  }

  shaped(field, box) {
    return field.kind === "code" ? square(field, box) : box;
  }

  add(field, after = null) {
    const id = this.free(field.id);
    this.change((document) => {
      const at = document.fields.findIndex((one) => one.id === after);
      document.fields.splice(at < 0 ? document.fields.length : at + 1, 0, { ...field, id });
    });
    this.choose(id);
    return id;
  }

  copy(id = this.chosen) {
    const field = this.field(id);
    if (!field) return null;
    const shift = (start, length, whole) => Math.min(field[start] + 50, Math.max(whole - field[length], 0));
    const { width, height } = this.page;
    const place = { x: shift("x", "width", width), y: shift("y", "height", height) };
    return this.add({ ...field, ...place, locked: false }, id);
  }

  remove(id = this.chosen) {
    const at = this.fields.findIndex((field) => field.id === id);
    if (at < 0 || this.fields[at].locked) return;
    this.change((document) => document.fields.splice(at, 1));
    this.choose((this.fields[at] ?? this.fields[at - 1])?.id ?? null);
  }

  // Later in the list lies above.
  lift(id, by) {
    const at = this.fields.findIndex((field) => field.id === id);
    const to = at + by;
    if (at < 0 || to < 0 || to >= this.fields.length) return;
    this.change((document) => document.fields.splice(to, 0, document.fields.splice(at, 1)[0]));
  }

  undo() {
    this.back(this.history.undo());
  }

  redo() {
    this.back(this.history.redo());
  }

  back(document) {
    if (!document) return;
    this.document = document;
    if (!this.field()) this.chosen = this.fields[0]?.id ?? null;
    this.told();
  }

  // Another document altogether: a kept draft, or what another person saved. It can be undone like any other change.
  replace(document) {
    this.change((now) => {
      for (const name of Object.keys(now)) delete now[name];
      Object.assign(now, structuredClone(document));
    });
    if (!this.field()) this.choose(this.fields[0]?.id ?? null);
  }

  free(wanted) {
    const taken = new Set(this.fields.map((field) => field.id));
    const stem = wanted.replace(/_[0-9]+$/, "");
    let id = wanted;
    for (let n = 2; taken.has(id); n += 1) id = `${stem}_${n}`;
    return id;
  }

  told() {
    this.dispatchEvent(new Event("change"));
  }
}

function frozen(document) {
  const copy = structuredClone(document);
  for (const field of copy.fields) Object.freeze(field);
  Object.freeze(copy.fields);
  return Object.freeze(copy);
}

// What was changed decides how large the square is; an edge that was pulled on the left or above stays under the hand.
function square(field, values) {
  const wide = values.width ?? field.width;
  const high = values.height ?? field.height;
  if (wide === field.width && high === field.height) return values;
  const side = Math.max(wide === field.width ? high : wide, SQUARE);
  const x = values.x === undefined || values.x === field.x ? field.x : field.x + field.width - side;
  const y = values.y === undefined || values.y === field.y ? field.y : field.y + field.height - side;
  return { x, y, width: side, height: side };
}
