// The keys of the table. While a field is open they belong to it; otherwise they move, and letters say how a row came
// through. Tab leaves the table unless one is typing.
const WAYS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [10, 0], PageUp: [-10, 0] };
const STARTS = /^[0-9０-９.,。，-]$/;

export function listen(surface, act) {
  surface.table.addEventListener("keydown", (event) => {
    event.stopPropagation(); // jspreadsheet hears every key of the document
    if (event.isComposing) return;
    const taken = surface.sheet.edition ? typing(surface, event) : moving(surface, act, event);
    if (taken) event.preventDefault();
  });
  // What has the focus elsewhere types elsewhere.
  surface.table.addEventListener("focusout", (event) => {
    if (!surface.table.contains(event.relatedTarget)) jspreadsheet.current = null;
  });
  surface.table.addEventListener("focusin", (event) => {
    jspreadsheet.current = surface.sheet;
    const td = event.target.closest("td[data-x]");
    if (td && !surface.sheet.edition) surface.sheet.updateSelectionFromCoords(td.dataset.x, td.dataset.y, td.dataset.x, td.dataset.y);
  });
  touch(surface);
}

function typing(surface, event) {
  const sign = event.shiftKey ? -1 : 1;
  if (event.key === "Escape") {
    surface.close(false);
    stay(surface);
  } else if (event.key === "Enter") accept(surface, sign, 0);
  else if (event.key === "Tab") nextPart(surface, sign);
  else if (event.key === "F2") surface.mode = "edit";
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") accept(surface, ...WAYS[event.key]);
  else if (surface.mode === "type" && event.key in WAYS) accept(surface, ...WAYS[event.key]);
  else return false;
  return true;
}

function accept(surface, down, across) {
  surface.close(true);
  if (!surface.step(down, across)) stay(surface);
}

function stay(surface) {
  surface.go(surface.here.entry, surface.here.column);
}

// Tab goes on at the first part of the next row.
function nextPart(surface, sign) {
  surface.close(true);
  if (surface.step(0, sign)) return;
  const parts = surface.model.heads;
  if (!surface.step(sign, sign > 0 ? 1 - parts.length : parts.length - 1)) stay(surface);
}

function moving(surface, act, event) {
  const control = event.ctrlKey || event.metaKey;
  if (event.key === "Tab") return false;
  if (control) return withControl(surface, act, event);
  if (event.key in WAYS) far(surface, ...WAYS[event.key]);
  else if (event.key === "Enter") surface.step(event.shiftKey ? -1 : 1, 0);
  else if (event.key === "Home" || event.key === "End") edge(surface, event.key === "Home");
  else if (event.key === "F2") surface.open("edit");
  else if (event.key === "Process" || STARTS.test(event.key) || isWord(surface, event.key)) {
    surface.open("type");
    return !surface.sheet.edition; // the sign itself goes into the field that has just opened
  } else return command(surface, act, event.key);
  return true;
}

// A letter that begins a word of this column, such as DNF; a, w and d stay with the row.
function isWord(surface, key) {
  const words = surface.model.head.get(surface.here?.column)?.words ?? [];
  return key.length === 1 && !"awd".includes(key) && words.some((word) => word.startsWith(key.toUpperCase()));
}

function far(surface, down, across) {
  if (surface.step(down, across) || Math.abs(down) < 2) return;
  surface.go(surface.all.at(down > 0 ? -1 : 0), surface.here.column);
}

function edge(surface, first) {
  surface.go(surface.here.entry, surface.model.heads.at(first ? 0 : -1).key);
}

function withControl(surface, act, event) {
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) act.undo();
  else if (key === "y" || key === "z") act.redo();
  else if (event.key === "Home") surface.go(surface.all[0], surface.model.heads[0].key);
  else if (event.key === "End") surface.go(surface.all.at(-1), surface.model.heads.at(-1).key);
  else return false;
  return true;
}

function command(surface, act, key) {
  const commands = {
    a: act.absent, w: act.withdrawn, d: act.disqualified, Delete: act.blank, Backspace: act.blank, "/": act.jump, "?": act.help,
    Escape: act.takeBack,
  };
  const chosen = commands[key.length === 1 ? key.toLowerCase() : key];
  if (!chosen || !surface.row) return false;
  chosen(surface.row, surface.here.column);
  return true;
}

// A finger opens the field at once: there is no keyboard to begin with.
function touch(surface) {
  surface.table.addEventListener("pointerup", (event) => {
    const td = event.target.closest("td.score-cell");
    if (event.pointerType !== "touch" || !td || surface.sheet.edition) return;
    surface.point(Number(td.dataset.x), Number(td.dataset.y));
    surface.open("edit");
  });
}
