// What the table knows: what is stored, what was typed and is not stored yet, and what is wrong with it.
import { say } from "./words.js";

export const STATE = "state";
const NUMBER = /^-?[0-9]{1,9}(\.[0-9]{1,4})?$/;
const TAKES = new Set(["OK", "DNF"]);

// Comma and point are the same, and so are the digits of a Chinese keyboard.
export function plain(text) {
  return text.normalize("NFKC").trim().replace(",", ".").replace("。", ".");
}

export class Model {
  constructor(page) {
    this.page = page;
    this.heads = page.heads;
    this.head = new Map(page.heads.map((head) => [head.key, head]));
    this.rows = page.rows;
    this.row = new Map(page.rows.map((row) => [row.entry, row]));
    this.doubts = new Map(); // stored values about which the server asks, by address
    this.items = new Map(); // typed values that are not stored yet, by address
    this.rank(page.places);
  }

  rank(places) {
    for (const [entry, total, rank] of places ?? []) Object.assign(this.row.get(entry) ?? {}, { total, rank });
  }

  static at(entry, column) {
    return `${entry}/${column}`;
  }

  item(entry, column) {
    return this.items.get(Model.at(entry, column));
  }

  // How the entry came through, as typed if that is not stored yet.
  status(row) {
    return this.item(row.entry, STATE)?.text ?? row.status;
  }

  takes(row) {
    return TAKES.has(this.status(row));
  }

  text(row, column) {
    return this.item(row.entry, column)?.text ?? row.cells[column][0];
  }

  // Whether this person types in this cell; a judge who steps aside for somebody does not.
  isOpen(row, head) {
    return head.open && !row.shut.includes(head.key);
  }

  limits(head) {
    if (head.most === "") return head.least === "0" ? "≥ 0" : "";
    return `${head.least}–${head.most}${head.seconds ? " s" : ""}`;
  }

  // What the server has reckoned from the boxes.
  reckon(found) {
    for (const [entry, column, cell] of found ?? []) {
      const row = this.row.get(entry);
      if (row?.cells[column]) row.cells[column] = cell;
    }
    return new Set((found ?? []).map(([entry]) => entry));
  }

  version(row, column) {
    return column === STATE ? row.version : row.cells[column][1];
  }

  stored(row, column) {
    return column === STATE ? row.status : row.cells[column][0];
  }

  // Empty, typed, sent, checked or rejected; a whole row is as far as the mark that is least far.
  state(row, column) {
    const item = this.item(row.entry, column);
    if (item) return item.held && item.held !== "staged" ? "problem" : "typed";
    const [value, , state] = row.cells[column];
    if (value === "") return "empty";
    return { checked: "checked", rejected: "rejected" }[state] ?? "sent";
  }

  rowState(row) {
    const typed = this.heads.filter((head) => !this.heads.some((one) => one.box) || head.box);
    const states = new Set(typed.map((head) => this.state(row, head.key)));
    if (this.item(row.entry, STATE)) states.add(this.item(row.entry, STATE).held ? "problem" : "typed");
    if (!this.takes(row) && !states.has("typed") && !states.has("problem")) return "none";
    const first = ["problem", "typed", "rejected", "empty", "sent", "checked"].find((state) => states.has(state)) ?? "empty";
    return first === "empty" && states.size > 1 ? "part" : first;
  }

  // What a person can see at once to be wrong; the server looks again.
  wrong(row, column, text) {
    if (column === STATE) return "";
    const head = this.head.get(column);
    const number = plain(text);
    if (number === "" || head.box) return number !== "" && !this.takes(row) ? this.notOpen(row) : "";
    if (!NUMBER.test(number)) return say("no_number", { typed: text.trim().slice(0, 40), part: head.name });
    if (!this.takes(row)) return this.notOpen(row);
    if (number.startsWith("-") && Number(number) !== 0) return say("below", { points: number, part: head.name });
    if (Number(number) > Number(head.most)) return say("above", { points: number, most: head.most, part: head.name });
    return "";
  }

  notOpen(row) {
    return say("not_open", { status: say(`status_${this.status(row)}`) });
  }

  who(row) {
    return row.name ? `${row.number} ${row.name}` : row.number;
  }

  problems() {
    const found = [];
    for (const item of this.items.values()) {
      const row = this.row.get(item.entry);
      if (row && item.held && item.held !== "staged") found.push({ row, item, column: item.column, messages: item.messages });
    }
    for (const [at, doubt] of this.doubts) {
      if (!this.items.has(at)) found.push({ row: this.row.get(doubt.entry), column: doubt.column, messages: doubt.messages, doubt });
    }
    return found.filter((one) => one.row);
  }
}
