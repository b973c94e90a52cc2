// A block from a spreadsheet: who its rows are, what it would change, and nothing before one says so.
import { STATE, plain } from "./model.js";
import { say } from "./words.js";

const SHOWN = 200; // rows of a preview

export function read(text) {
  const rows = jspreadsheet.helpers.parseCSV(text.replace(/\r\n?/g, "\n"), "\t");
  while (rows.length && rows.at(-1).every((cell) => !String(cell ?? "").trim())) rows.pop();
  return rows.map((row) => row.map((cell) => String(cell ?? "").trim()));
}

const folded = (text) => text.normalize("NFKC").trim().toLowerCase();
const bare = (text) => folded(text).replace(/^0+(?=.)/, "");

export class Block {
  constructor(model, surface, rows) {
    Object.assign(this, { model, surface });
    this.from = Math.max(model.heads.findIndex((head) => head.key === surface.here.column), 0);
    this.start = surface.all.indexOf(surface.here.entry);
    const room = model.heads.length - this.from;
    this.rows = this.isTitle(rows[0]) && rows.length > 1 ? rows.slice(1) : rows;
    this.width = Math.max(...this.rows.map((row) => row.length));
    this.keys = this.leading();
    this.way = this.keys && (this.keys.names || this.width > room) ? "who" : "place";
    this.chosen = new Map(); // row of the block to the entry that somebody picked
  }

  // A row of titles has no number in it, while the next one has.
  isTitle(row) {
    const names = new Set(this.model.heads.map((head) => folded(head.name)));
    return row.some((cell) => names.has(folded(cell))) && !row.some((cell) => cell && /^[\d.,]+$/.test(cell) && cell.length < 6);
  }

  // How many columns at the left say whose row it is: a number, a name, or both.
  leading() {
    const numbers = new Set(this.model.rows.flatMap((row) => [folded(row.number), bare(row.number)]));
    const names = new Set(this.model.rows.map((row) => folded(row.name)).filter(Boolean));
    const share = (column, known, fold) => this.rows.filter((row) => known.has(fold(row[column] ?? ""))).length / this.rows.length;
    const isNumber = share(0, numbers, bare) >= 0.5;
    const nameAt = [0, 1].find((column) => column < this.width - 1 && share(column, names, folded) >= 0.5);
    if (nameAt === undefined && !(isNumber && this.width > 1)) return null;
    return { number: isNumber && nameAt !== 0 ? 0 : -1, names: nameAt !== undefined, name: nameAt ?? -1, width: Math.max(nameAt ?? 0, 0) + 1 };
  }

  // Whose row it is: by number, then by a name that only one person has; of several, somebody must choose.
  who(row, n) {
    if (this.way === "place") return [this.model.row.get(this.surface.all[this.start + n])].filter(Boolean);
    if (this.chosen.has(n)) return [this.model.row.get(this.chosen.get(n))];
    const number = this.keys.number >= 0 ? row[this.keys.number] : "";
    const exact = this.model.rows.filter((one) => number && folded(one.number) === folded(number));
    if (exact.length === 1) return exact;
    const close = this.model.rows.filter((one) => number && bare(one.number) === bare(number));
    if (close.length === 1) return close;
    const name = this.keys.name >= 0 ? folded(row[this.keys.name] ?? "") : "";
    return this.model.rows.filter((one) => name && folded(one.name) === name);
  }

  // What the block would do, row by row.
  plan() {
    const skip = this.way === "who" ? this.keys.width : 0;
    const from = this.way === "who" && this.width - skip === this.model.heads.length ? 0 : this.from;
    return this.rows.map((row, n) => {
      const found = this.who(row, n);
      const line = { n, found, row: found.length === 1 ? found[0] : null, typed: row.slice(0, skip).join(" "), cells: [] };
      if (line.row) row.slice(skip).forEach((text, i) => this.cell(line, this.model.heads[from + i], text));
      line.beyond = row.length - skip > this.model.heads.length - from;
      return line;
    });
  }

  cell(line, head, text) {
    if (!head || !this.model.isOpen(line.row, head)) return;
    const status = head.words.includes(text.toUpperCase()) ? "" : this.model.page.status_words[folded(text)];
    const column = status ? STATE : head.key;
    const value = status ?? text;
    const clean = status ? value : plain(value);
    const old = status ? this.model.status(line.row) : plain(this.model.text(line.row, column));
    if (line.cells.some((cell) => status && cell.column === STATE)) return;
    const wrong = status === "DSQ" && !line.row.reason ? say("reason_by_key") : this.model.wrong(line.row, column, value);
    line.cells.push({ head, column, text: wrong ? value : clean, old, changed: clean !== old, wrong });
  }
}

// Show the preview; `apply` is given the cells that change.
export function preview(block, dialog, apply) {
  const draw = () => fill(block, dialog, draw);
  draw();
  dialog.querySelector("[data-apply]").onclick = () => {
    const cells = block.plan().flatMap((line) => line.cells.filter((cell) => cell.changed).map((cell) => ({ ...cell, row: line.row })));
    dialog.close();
    apply(cells);
  };
  dialog.showModal();
}

function fill(block, dialog, draw) {
  const lines = block.plan();
  const cells = lines.flatMap((line) => line.cells);
  const count = {
    rows: lines.length,
    matched: lines.filter((line) => line.row).length,
    lost: lines.filter((line) => !line.row).length,
    changed: cells.filter((cell) => cell.changed).length,
    wrong: cells.filter((cell) => cell.changed && cell.wrong).length,
  };
  dialog.querySelector("[data-counts]").textContent = say("paste_counts", count);
  dialog.querySelector("[data-apply]").disabled = !count.changed;
  const way = dialog.querySelector("select[name=way]");
  way.value = block.way;
  way.querySelector("[value=who]").disabled = !block.keys;
  way.onchange = () => {
    block.way = way.value;
    draw();
  };
  const first = block.model.heads.find((head) => cells.some((cell) => cell.changed && cell.head === head));
  const used = block.model.heads.filter((head) => cells.some((cell) => cell.head === head));
  head(dialog.querySelector("thead"), used, first);
  dialog.querySelector("tbody").replaceChildren(...lines.slice(0, SHOWN).map((line) => drawn(block, line, used, first, draw)));
}

function head(part, used, first) {
  const titles = [say("person"), ...used.map((one) => one.name)].map((text, n) => {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = text;
    th.classList.toggle("is-first", n > 0 && used[n - 1] === first);
    return th;
  });
  const tr = document.createElement("tr");
  tr.append(...titles);
  part.replaceChildren(tr);
}

function drawn(block, line, used, first, draw) {
  const tr = document.createElement("tr");
  const who = document.createElement("th");
  who.scope = "row";
  if (line.row) who.textContent = block.model.who(line.row);
  else if (line.found.length > 1) who.append(line.typed, choice(block, line, draw));
  else who.textContent = `${line.typed || say("row", { n: line.n + 1 })}: ${say("nobody")}`;
  tr.classList.toggle("row-problem", !line.row);
  tr.append(who);
  for (const one of used) {
    const td = document.createElement("td");
    td.className = "num";
    td.classList.toggle("is-first", one === first);
    const cell = line.cells.find((found) => found.head === one);
    if (cell?.changed) {
      const fresh = document.createElement("ins");
      fresh.textContent = cell.text || say("blank");
      if (cell.old) td.append(Object.assign(document.createElement("del"), { textContent: cell.old }), " ");
      td.append(fresh);
      if (cell.wrong) {
        td.classList.add("is-problem");
        td.title = cell.wrong;
      }
    } else if (cell) td.textContent = cell.text;
    tr.append(td);
  }
  return tr;
}

function choice(block, line, draw) {
  const select = document.createElement("select");
  select.className = "form-select";
  select.setAttribute("aria-label", say("which", { name: line.typed }));
  select.append(new Option(say("choose"), ""));
  for (const row of line.found) select.append(new Option(`${row.number} ${row.unit}`, row.entry));
  select.onchange = () => {
    if (select.value) block.chosen.set(line.n, Number(select.value));
    draw();
  };
  return select;
}
