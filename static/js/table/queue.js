// Values that were typed and are not stored yet. They lie in this browser, for one user and one competition, until the
// server has said of each that it is stored: a reload, a lost network or signing out forgets none.
const MOST = 200; // values in one request
const SOON = 120; // milliseconds: what is typed together goes together
const LONGEST = 30000;

export class Queue {
  constructor({ name, url, token, place, told, changed, reached, renew }) {
    Object.assign(this, { name, url, token, place, told, changed, reached, renew });
    this.items = this.read();
    this.over = new Set(); // keys of values that are stored, or were given up, here
    this.failing = "";
    this.wait = 1000;
    this.savedAt = null;
    this.sending = null;
    addEventListener("online", () => this.soon(0));
    addEventListener("storage", (event) => event.key === name && this.adopt());
  }

  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.name) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  // Another window may have put values beside ours: what lies there is kept, unless it is over.
  keep() {
    const own = new Set(this.items.map((item) => item.key));
    this.items.push(...this.read().filter((item) => !own.has(item.key) && !this.over.has(item.key)));
    try {
      if (this.items.length) localStorage.setItem(this.name, JSON.stringify(this.items));
      else localStorage.removeItem(this.name);
    } catch {
      this.failing ||= "full";
    }
    this.changed();
  }

  // Another window of the same person added or stored something; what this one has in hand stays.
  adopt() {
    if (this.sending) return;
    this.items = this.read().filter((item) => !this.over.has(item.key));
    this.changed();
    this.soon();
  }

  mine() {
    return this.items.filter((item) => item.url === this.url);
  }

  find(entry, column) {
    return this.mine().findLast((item) => item.entry === entry && item.column === column);
  }

  // Put a value in; one of the same cell that was never sent gives way to it.
  add(items) {
    for (const item of items) {
      const before = this.items.findIndex(
        (one) => one.url === this.url && one.entry === item.entry && one.column === item.column && !one.tried,
      );
      const block = before < 0 ? undefined : this.items[before].block;
      if (before >= 0) this.over.add(this.items.splice(before, 1)[0].key);
      this.items.push({ key: crypto.randomUUID?.() ?? random(), url: this.url, place: this.place, block, ...item });
    }
    this.free(items);
    this.keep();
    this.soon();
  }

  // A block is sent whole: when one of its values was mended, the others may try again.
  free(items) {
    const blocks = new Set(items.map((item) => this.find(item.entry, item.column)?.block).filter(Boolean));
    for (const item of this.items) if (blocks.has(item.block) && item.held === "staged") item.held = "";
  }

  drop(entry, column) {
    const gone = this.mine().filter((item) => item.entry === entry && item.column === column && !this.sending?.includes(item));
    const blocks = new Set(gone.map((item) => item.block).filter(Boolean));
    for (const item of gone) this.over.add(item.key);
    this.items = this.items.filter((item) => !gone.includes(item));
    for (const item of this.items) if (blocks.has(item.block) && item.held === "staged") item.held = "";
    this.keep();
    this.soon();
  }

  soon(after = SOON) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), after);
  }

  // The next values that may go: a block whole and alone, or single ones in the order in which they were typed.
  next() {
    const mine = this.mine();
    const stuck = new Set(mine.filter((item) => item.held).map((item) => item.block).filter(Boolean));
    const free = mine.filter((item) => !item.held && !stuck.has(item.block));
    if (!free.length) return [];
    if (free[0].block) return free.filter((item) => item.block === free[0].block);
    const seen = new Set();
    const some = [];
    for (const item of free) {
      const at = `${item.entry}/${item.column}`;
      if (item.block || seen.has(at) || some.length === MOST) break; // a second value of a cell waits for the first
      seen.add(at);
      some.push(item);
    }
    return some;
  }

  async send() {
    if (this.sending) return;
    const some = this.next();
    if (!some.length) return;
    this.sending = some;
    for (const item of some) item.tried = true;
    this.keep();
    try {
      const answer = await this.post(some);
      this.failing = "";
      this.wait = 1000;
      this.settle(some, answer);
    } catch (error) {
      this.failing = error.why ?? "network";
      this.wait = Math.min(this.wait * 2, LONGEST);
    }
    this.sending = null;
    this.keep();
    this.reached(this.failing);
    if (this.next().length) this.soon(this.failing ? this.wait : 0);
  }

  async post(some, mayRenew = true) {
    const cells = some.map(({ key, entry, column, text, version, again, why }) => ({ key, entry, column, text, version, again, why }));
    const body = new URLSearchParams({ cells: JSON.stringify(cells), whole: some[0].block ? "1" : "" });
    const headers = { "X-CSRFToken": this.token, Accept: "application/json" };
    const answer = await fetch(this.url, { method: "POST", body, headers, redirect: "manual", credentials: "same-origin" });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.type === "opaqueredirect") throw { why: "signed_out" };
    if (answer.status === 400 && !isJson) {
      if (!mayRenew) throw { why: "old_page" };
      this.token = await this.renew();
      return this.post(some, false);
    }
    if ([403, 404].includes(answer.status)) throw { why: "not_allowed" };
    if (!isJson || answer.status >= 500) throw { why: "network" };
    return answer.json();
  }

  settle(some, answer) {
    if (answer.refused) {
      for (const item of some) Object.assign(item, { held: "refused", messages: [answer.refused], tried: false });
      return this.told(answer);
    }
    const told = new Map(answer.cells.map((cell) => [cell.key, cell]));
    for (const item of some) {
      const cell = told.get(item.key);
      if (!cell) continue;
      if (cell.result === "saved") {
        this.over.add(item.key);
        this.items = this.items.filter((one) => one.key !== item.key);
        this.savedAt = new Date();
      } else {
        Object.assign(item, { held: cell.result, messages: cell.messages, theirs: cell.cell, who: cell.who, tried: false });
      }
      for (const later of this.mine()) {
        if (later !== item && later.entry === item.entry && later.column === item.column) {
          later.version = cell.cell[1];
        }
      }
    }
    this.told(answer);
  }
}

// Without a secure context there is no randomUUID.
function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
