// The score table: what is typed is shown at once, kept in this browser, sent in the background and marked as it goes.
import { History } from "./history.js";
import { listen } from "./keys.js";
import { Model, STATE, plain } from "./model.js";
import { Block, preview, read } from "./paste.js";
import { Notes } from "./notes.js";
import { Offline, kept } from "./offline.js";
import { Queue } from "./queue.js";
import { Surface } from "./surface.js";
import { say } from "./words.js";

const page = JSON.parse(document.getElementById("table-page").textContent);
const box = document.getElementById("score-table");
const found = kept(page);
const model = new Model(page);
const queue = new Queue({
  name: `skillhub.table.${page.user}.${page.competition}`, url: page.save, token: page.token, place: page.event, told, changed, renew,
  reached: (why) => offline.heard(why),
});
const offline = new Offline({ page, queue, found });
const surface = new Surface(box, model, typed);
const notes = new Notes({ model, surface, queue, keepMine, takeTheirs });
const history = new History((steps) => write(steps));

// --- what was typed ----------------------------------------------------------------------------------------------

function typed(row, column, text) {
  write([{ entry: row.entry, column, text }], true);
}

function write(steps, remember = false, block = undefined) {
  const items = [];
  const noted = [];
  for (const step of steps) {
    const row = model.row.get(step.entry);
    const item = item_of(row, step, block);
    if (!item) continue;
    const before = step.column === STATE ? model.status(row) : model.text(row, step.column);
    noted.push({ entry: step.entry, column: step.column, before, after: item.text, why: step.why });
    items.push(item);
  }
  if (remember) history.note(noted.filter((one) => one.before !== one.after));
  if (items.length) queue.add(items);
  else changed();
}

// What must be sent for a typed value; nothing when it stands there already.
function item_of(row, { entry, column, text, why = "" }, block) {
  const clean = column === STATE ? text : plain(text);
  const waiting = model.item(entry, column);
  const doubt = model.doubts.get(Model.at(entry, column));
  const asked = waiting?.held === "asked" ? waiting.text : doubt?.value;
  const again = asked !== undefined && asked === clean;
  const known = waiting ? waiting.text : model.stored(row, column);
  const isRejected = column !== STATE && model.state(row, column) === "rejected";
  if (clean === known && !again && !isRejected) return null;
  if (waiting && !waiting.tried && clean === model.stored(row, column) && !isRejected && !waiting.block) {
    queue.drop(entry, column);
    return null;
  }
  const wrong = model.wrong(row, column, text);
  return {
    entry, column, text: wrong ? text.trim() : clean, version: model.version(row, column), why, again, held: wrong ? "wrong" : "",
    messages: wrong ? [wrong] : [], ...(block ? { block } : {}),
  };
}

function changed() {
  const before = new Set([...model.items.values()].map((item) => item.entry));
  model.items = new Map();
  for (const item of queue?.mine() ?? []) if (model.row.has(item.entry)) model.items.set(Model.at(item.entry, item.column), item);
  for (const item of model.items.values()) before.add(item.entry);
  for (const entry of before) surface?.repaint(entry);
  notes?.draw();
}

// --- what the server says ----------------------------------------------------------------------------------------

function told(answer) {
  for (const told of answer.cells ?? []) {
    const row = model.row.get(told.entry);
    if (!row) continue;
    if (told.column === STATE) Object.assign(row, { status: told.status, version: told.cell[1], reason: told.cell[3] });
    else row.cells[told.column] = told.cell;
    if (told.result === "saved") model.doubts.delete(Model.at(told.entry, told.column));
    surface.repaint(told.entry);
  }
  for (const { entry, column, messages } of answer.asks ?? []) {
    const row = model.row.get(entry);
    if (row) model.doubts.set(Model.at(entry, column), { entry, column, messages, value: row.cells[column][0] });
    surface.repaint(entry);
  }
  for (const entry of model.reckon(answer.reckoned)) surface.repaint(entry);
  offline.told(answer);
  if (answer.places) rank(answer.places);
  else if (answer.cells) askPlaces();
  notes.draw();
}

function rank(places) {
  const before = new Map(model.rows.map((row) => [row.entry, `${row.total}/${row.rank}`]));
  model.rank(places);
  for (const row of model.rows) if (before.get(row.entry) !== `${row.total}/${row.rank}`) surface.repaint(row.entry);
}

// A big event is ranked apart from saving, and not more often than it can answer.
let asking = null;
let askAgain = false;
async function askPlaces() {
  askAgain = true;
  if (asking) return;
  asking = setTimeout(async () => {
    askAgain = false;
    try {
      const answer = await fetch(page.places_at, { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.ok) {
        const { places, reckoned, again } = await answer.json();
        askAgain ||= again;
        for (const entry of model.reckon(reckoned)) surface.repaint(entry);
        rank(places);
        offline.told({ places, reckoned });
      }
    } catch {
      askAgain = false; // the next value asks again
    }
    asking = null;
    if (askAgain) askPlaces();
  }, 800);
}

// A page that has stood for long, or through another sign-in, asks for leave to write anew: for the same person only.
async function renew() {
  const answer = await fetch(location.pathname, { redirect: "manual", cache: "no-store" });
  if (answer.type === "opaqueredirect") throw { why: "signed_out" };
  if (!answer.ok) throw { why: [403, 404].includes(answer.status) ? "not_allowed" : "network" };
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = JSON.parse(drawn.getElementById("table-page")?.textContent ?? "{}");
  if (fresh.user !== page.user) throw { why: "other_account" };
  return fresh.token;
}

function keepMine(item) {
  Object.assign(item, { held: "", messages: [], version: item.theirs[1] });
  queue.free([item]);
  queue.keep();
  queue.soon();
}

function takeTheirs(item) {
  queue.drop(item.entry, item.column);
}

// --- keys, pasting and the bar -----------------------------------------------------------------------------------

const act = {
  undo: () => history.undo(),
  redo: () => history.redo(),
  jump: () => notes.jump.focus(),
  help: () => notes.dialog("keys").showModal(),
  async absent(row) {
    if (await sure(row, hasMarks(row), "sure_absent")) write([{ entry: row.entry, column: STATE, text: "DNS" }], true);
  },
  withdrawn(row) {
    if (page.open) write([{ entry: row.entry, column: STATE, text: "DNF" }], true);
  },
  async disqualified(row) {
    const why = page.open && (await notes.reason(row));
    if (why) write([{ entry: row.entry, column: STATE, text: "DSQ", why }], true);
  },
  async blank(row, column) {
    if (!model.isOpen(row, model.head.get(column))) return;
    if (model.status(row) !== "OK" && (model.text(row, column) === "" || !model.takes(row))) {
      if (await sure(row, model.status(row) === "DSQ", "sure_lift")) write([{ entry: row.entry, column: STATE, text: "OK" }], true);
    } else if (await sure(row, model.state(row, column) === "checked", "sure_blank")) {
      write([{ entry: row.entry, column, text: "" }], true);
    }
  },
  takeBack(row, column) {
    if (model.item(row.entry, column)) queue.drop(row.entry, column);
  },
};

function hasMarks(row) {
  return model.heads.some((head) => model.text(row, head.key) !== "");
}

async function sure(row, mustAsk, sentence) {
  if (!page.open) return false;
  return !mustAsk || notes.sure(say(sentence, { who: model.who(row) }));
}

document.addEventListener("paste", (event) => {
  const inTable = surface.table.contains(event.target);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const rows = inTable && page.open && surface.here ? read(text) : [];
  if (!rows.length || (surface.sheet.edition && rows.length === 1 && rows[0].length === 1)) return;
  event.preventDefault();
  event.stopPropagation();
  surface.close(false);
  const block = new Block(model, surface, rows);
  if (rows.length > 1) preview(block, notes.dialog("paste"), apply);
  else apply(block.plan().flatMap((line) => line.cells.map((cell) => ({ ...cell, row: line.row }))));
}, true);

// A block is sent whole once nothing in it is wrong.
function apply(cells) {
  const block = cells.length > 1 ? `${Date.now()}-${Math.floor(Math.random() * 1e9)}` : undefined;
  const steps = cells.filter((cell) => cell.changed).map(({ row, column, text }) => ({ entry: row.entry, column, text }));
  write(steps, true, block);
  surface.go(surface.here.entry, surface.here.column);
}

document.addEventListener("copy", (event) => {
  if (!surface.table.contains(event.target) || surface.sheet.edition || !surface.sheet.selectedCell) return;
  const [x, y, x2, y2] = surface.sheet.selectedCell.map(Number);
  const lines = [];
  for (let line = Math.min(y, y2); line <= Math.max(y, y2); line++) {
    const cells = [];
    for (let n = Math.min(x, x2); n <= Math.max(x, x2); n++) cells.push(surface.sheet.records[line][n].element.textContent);
    lines.push(cells.join("\t"));
  }
  event.clipboardData.setData("text/plain", lines.join("\r\n"));
  event.preventDefault();
}, true);

listen(surface, act);
changed();
queue.soon(0);
box.dataset.ready = "yes";

// The code on a printed sheet leads to the row of its entry.
const wanted = Number(/^#entry-([0-9]+)$/.exec(location.hash)?.[1]);
if (model.row.has(wanted)) surface.go(wanted, model.heads[0].key);
