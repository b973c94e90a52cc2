// The table on the screen, drawn by jspreadsheet: cells, selection and the field in which one types. What stands in a
// cell comes from the model; what was typed goes to `typed`.
import { STATE } from "./model.js";
import { say } from "./words.js";

const ICONS = {
  empty: "circle-half", typed: "pencil", sent: "check-lg", checked: "check-circle", rejected: "x-circle",
  problem: "exclamation-octagon", none: "slash-circle", part: "clock",
};
const FIXED = 2; // number and name
const WINDOW = 200; // rows on the screen at once; a bigger event is shown piece by piece

export class Surface {
  constructor(box, model, typed) {
    this.model = model;
    this.typed = typed;
    this.all = model.rows.map((row) => row.entry);
    this.order = this.all.slice(0, WINDOW); // those on the screen
    this.here = null; // { entry, column } of the cursor
    this.mode = "move"; // move | type | edit
    this.width = FIXED + model.heads.length + (model.page.ranked ? 3 : 1);
    const mark = this.kind();
    const columns = [
      { title: say("number"), width: 72, type: mark, readOnly: true, align: "left" },
      { title: say("name"), width: 176, type: mark, readOnly: true, align: "left" },
      ...model.heads.map((head) => ({ title: head.name, width: 104, type: mark, readOnly: !head.open, align: "right" })),
      ...(model.page.ranked ? [
        { title: say("total"), width: 84, type: mark, readOnly: true, align: "right" },
        { title: say("rank"), width: 64, type: mark, readOnly: true, align: "right" },
      ] : []),
      { title: say("state"), width: 132, type: mark, readOnly: true, align: "left" },
    ];
    [this.sheet] = withoutHandlers(() => jspreadsheet(box, {
      worksheets: [{
        data: this.data(), columns, minDimensions: [columns.length, 0], columnSorting: false, columnDrag: false,
        columnResize: false, rowDrag: false, rowResize: false, allowInsertRow: false, allowInsertColumn: false,
        allowDeleteRow: false, allowDeleteColumn: false, allowRenameColumn: false, allowManualInsertRow: false,
        allowManualInsertColumn: false, selectionCopy: false, allowComments: false, wordWrap: false, textOverflow: true,
      }],
      parseFormulas: false, parseHTML: false, about: false, allowExport: false, tabs: false, toolbar: false,
      contextMenu: () => false,
      onselection: (sheet, x, y, x2, y2, event) => event && this.point(x, y),
      oneditionend: (sheet, td, x, y) => this.closed(y),
    }));
    this.table = box.querySelector("table.jss_worksheet");
    this.nameParts();
    this.paintAll();
    this.table.style.minWidth = `${columns.reduce((sum, one) => sum + one.width, 0)}px`;
    new ResizeObserver(() => this.table.style.setProperty("--who-at", `${this.sheet.headers[0].offsetWidth}px`)).observe(this.table);
  }

  data() {
    return this.order.map(() => Array(this.width).fill(""));
  }

  // How jspreadsheet opens and closes a cell; the value itself never goes through its own history.
  kind() {
    return {
      createCell: () => {},
      openEditor: (td, value, x, y, sheet, column, event) => {
        const { row, head } = this.place(x, y);
        const input = document.createElement("input");
        input.type = "text";
        input.inputMode = "decimal";
        input.autocomplete = "off";
        input.maxLength = 100;
        input.className = "score-input";
        input.setAttribute("aria-label", `${this.model.who(row)}, ${head.name}, ${this.model.limits(head)}`);
        input.value = this.mode === "type" ? "" : this.model.text(row, head.key);
        td.classList.add("editor");
        td.replaceChildren(input);
        input.focus();
        if (this.mode !== "type") input.select();
        input.onblur = () => sheet.closeEditor(td, true);
      },
      closeEditor: (td, save, x, y, sheet) => {
        const input = td.querySelector("input");
        input.onblur = null;
        const { row, head } = this.place(x, y);
        if (save) this.committed = { row, column: head.key, text: input.value };
        return sheet.options.data[y][x];
      },
      updateCell: () => {},
      setValue: () => {},
    };
  }

  place(x, y) {
    const row = this.model.row.get(this.order[y]);
    return { row, head: this.model.heads[x - FIXED] };
  }

  cell(entry, column) {
    const y = this.order.indexOf(entry);
    const x = column === STATE ? FIXED : FIXED + this.model.heads.findIndex((head) => head.key === column);
    return this.sheet.records[y]?.[x]?.element;
  }

  // --- names and roles -----------------------------------------------------------------------------------------

  nameParts() {
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-label", say("table", { event: this.model.page.event }));
    this.table.setAttribute("aria-rowcount", this.all.length + 1);
    this.table.setAttribute("aria-colcount", this.width);
    for (const part of this.table.querySelectorAll("thead, tbody")) part.setAttribute("role", "rowgroup");
    for (const old of this.table.querySelectorAll(".jss_selectall")) old.setAttribute("role", "presentation");
    const line = this.table.querySelector("thead tr");
    line.setAttribute("role", "row");
    this.sheet.headers.forEach((td, x) => {
      td.setAttribute("role", "columnheader");
      td.setAttribute("aria-colindex", x + 1);
      td.removeAttribute("title");
      const head = this.model.heads[x - FIXED];
      if (!head) return;
      const limits = document.createElement("span");
      limits.className = "fine";
      limits.textContent = this.model.limits(head);
      td.replaceChildren(head.deeper ? link(head) : head.name, limits);
    });
  }

  paintAll() {
    this.order.forEach((entry, y) => this.paint(this.model.row.get(entry), y));
    if (!this.here && this.order.length) this.here = this.first();
    if (this.order.includes(this.here?.entry)) this.offer();
  }

  first() {
    const head = this.model.heads.find((one) => one.open) ?? this.model.heads[0];
    return head && { entry: this.order[0], column: head.key };
  }

  repaint(entry) {
    const y = this.order.indexOf(entry);
    if (y >= 0) this.paint(this.model.row.get(entry), y);
  }

  paint(row, y) {
    const cells = this.sheet.records[y].map((record) => record.element);
    const line = cells[0].parentElement;
    line.setAttribute("role", "row");
    line.setAttribute("aria-rowindex", this.all.indexOf(row.entry) + 2);
    line.firstElementChild.setAttribute("role", "presentation");
    cells.forEach((td, x) => td.setAttribute("aria-colindex", x + 1));
    this.paintWho(row, cells);
    this.model.heads.forEach((head, n) => this.paintMark(row, head, cells[FIXED + n]));
    const last = cells.slice(FIXED + this.model.heads.length);
    for (const td of last) td.setAttribute("role", "gridcell");
    const state = last.at(-1);
    if (this.model.page.ranked) [last[0].textContent, last[1].textContent] = [row.total ?? "", row.rank ?? ""];
    const far = this.model.rowState(row);
    const parts = this.model.heads.filter((head) => !this.model.heads.some((one) => one.box) || head.box);
    const done = parts.filter((head) => this.model.text(row, head.key) !== "").length;
    const word = far === "none" ? say(`status_${this.model.status(row)}`) : say(`state_${far}`, { n: done, of: parts.length });
    state.replaceChildren(icon(ICONS[far]), ` ${word}`);
    state.className = `readonly score-state is-${far}`;
  }

  paintWho(row, [number, name]) {
    number.setAttribute("role", "gridcell");
    number.className = "readonly score-number";
    number.textContent = row.number;
    name.setAttribute("role", "rowheader");
    name.className = "readonly score-who";
    const who = document.createElement("span");
    who.className = "score-name";
    who.textContent = row.name || row.number;
    const unit = document.createElement("span");
    unit.className = "fine";
    unit.textContent = row.unit;
    name.replaceChildren(who, ...(row.unit ? [unit] : []));
    name.title = row.unit ? `${row.name}, ${row.unit}` : row.name;
  }

  paintMark(row, head, td) {
    if (td.classList.contains("editor")) return;
    const text = this.model.text(row, head.key);
    const state = this.model.state(row, head.key);
    const status = this.model.status(row);
    const item = this.model.item(row.entry, head.key);
    const doubt = this.model.doubts.get(`${row.entry}/${head.key}`);
    const word = text === "" && status !== "OK" ? say(`status_${status}`) : "";
    const selected = [...td.classList].filter((name) => name.startsWith("highlight"));
    td.className = ["score-cell", `is-${state}`, ...selected].join(" ");
    const isOpen = this.model.isOpen(row, head);
    td.classList.toggle("readonly", !isOpen);
    td.classList.toggle("is-doubt", Boolean(doubt) && !item);
    td.classList.toggle("is-word", Boolean(word));
    td.textContent = text || word;
    td.setAttribute("role", "gridcell");
    if (!td.hasAttribute("tabindex")) td.tabIndex = -1;
    td.setAttribute("aria-readonly", String(!isOpen));
    td.setAttribute("aria-invalid", state === "problem" ? "true" : "false");
    const value = text || word || say("blank");
    td.setAttribute("aria-label", [this.model.who(row), head.name, value, say(`state_${state}`)].join(", "));
  }

  // --- the cursor ----------------------------------------------------------------------------------------------

  // The table is one stop of the keyboard: the cell of the cursor.
  offer() {
    this.table.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    this.cell(this.here.entry, this.here.column)?.setAttribute("tabindex", "0");
  }

  point(x, y) {
    const n = Math.min(Math.max(x - FIXED, 0), this.model.heads.length - 1);
    if (this.order[y] === undefined || n < 0) return;
    this.here = { entry: this.order[y], column: this.model.heads[n].key };
    this.offer();
    if (!this.sheet.edition) this.cell(this.here.entry, this.here.column).focus({ preventScroll: x < FIXED });
  }

  go(entry, column, focus = true) {
    if (!this.order.includes(entry)) this.show(this.all.indexOf(entry));
    const y = this.order.indexOf(entry);
    const n = this.model.heads.findIndex((head) => head.key === column);
    if (y < 0 || n < 0) return;
    this.here = { entry, column };
    this.sheet.updateSelectionFromCoords(n + FIXED, y, n + FIXED, y);
    this.offer();
    const td = this.cell(entry, column);
    if (focus) td.focus();
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  step(down, across) {
    if (!this.here) return false;
    const y = this.all.indexOf(this.here.entry) + down;
    const n = this.model.heads.findIndex((head) => head.key === this.here.column) + across;
    if (this.all[y] === undefined || !this.model.heads[n]) return false;
    this.go(this.all[y], this.model.heads[n].key);
    return true;
  }

  get row() {
    return this.here && this.model.row.get(this.here.entry);
  }

  // --- typing --------------------------------------------------------------------------------------------------

  open(mode) {
    const head = this.here && this.model.head.get(this.here.column);
    if (!head || !this.model.isOpen(this.row, head) || this.sheet.edition) return;
    this.mode = mode;
    const td = this.cell(this.here.entry, this.here.column);
    jspreadsheet.current = this.sheet;
    this.sheet.openEditor(td, mode === "type");
  }

  close(save) {
    if (this.sheet.edition) this.sheet.closeEditor(this.sheet.edition[0], save);
  }

  closed(y) {
    const done = this.committed;
    this.committed = null;
    this.mode = "move";
    setTimeout(() => this.paint(this.model.row.get(this.order[y]), y));
    if (done) this.typed(done.row, done.column, done.text);
  }

  // Another order of the rows; the cursor stays with its person.
  sort(order) {
    this.close(true);
    this.all = order;
    this.show(Math.max(order.indexOf(this.here?.entry), 0));
    if (this.here) this.go(this.here.entry, this.here.column, false);
  }

  // Bring the piece of the table on the screen in which a row lies.
  show(place) {
    this.close(true);
    const first = Math.max(Math.min(place - WINDOW / 4, this.all.length - WINDOW), 0);
    this.order = this.all.slice(first, first + WINDOW);
    this.sheet.resetSelection();
    this.sheet.setData(this.data());
    this.paintAll();
    this.moved?.();
  }

  get shown() {
    const first = this.all.indexOf(this.order[0]);
    return { first: first + 1, last: first + this.order.length, of: this.all.length };
  }
}

// A part that is marked by a scheme has a table of its own.
function link(head) {
  const way = document.createElement("a");
  way.href = head.deeper;
  way.textContent = head.name;
  return way;
}

// jspreadsheet gives its corner an inline handler, which the security policy of the pages refuses and nobody needs.
function withoutHandlers(build) {
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    if (!/^on/i.test(name)) setAttribute.call(this, name, value);
  };
  try {
    return build();
  } finally {
    Element.prototype.setAttribute = setAttribute;
  }
}

export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.getElementById("score-table").dataset.icons}#${name}`);
  drawing.append(use);
  return drawing;
}
