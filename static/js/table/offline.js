// Without a network the page stays: the browser keeps it (js/worker.js), and it says since when it is alone and that nothing
// is lost. What the server told since the page was drawn is kept with it.
import { say } from "./words.js";

const SINCE = "skillhub.table.offline"; // when the connection went, for as long as this window stands
const PAUSE = 15000; // milliseconds between two looks whether it is back
const SOON = 400;

// What was kept beside the page, if it comes out of the browser; an older value never takes the place of a newer one.
export function kept(page) {
  const found = JSON.parse(document.getElementById("table-kept")?.textContent ?? "null");
  for (const row of page.rows) {
    const status = found?.rows?.[row.entry];
    if (status && status.version >= row.version) Object.assign(row, status);
    for (const column of Object.keys(row.cells)) {
      const cell = found?.cells?.[`${row.entry}/${column}`];
      if (cell && cell[1] >= row.cells[column][1]) row.cells[column] = cell;
    }
  }
  if (found?.places) page.places = found.places;
  return found;
}

export class Offline {
  constructor({ page, queue, found }) {
    Object.assign(this, { page, queue, found, lost: Boolean(found), isBack: false, news: null });
    this.note = document.querySelector("[data-offline]");
    this.note.querySelector("button").addEventListener("click", () => location.reload());
    addEventListener("offline", () => this.lose());
    addEventListener("online", () => this.look());
    if (this.lost || !navigator.onLine) this.lose();
    else sessionStorage.removeItem(SINCE);
    this.look();
    this.enlist();
  }

  async enlist() {
    const workers = navigator.serviceWorker; // only where the connection is safe
    if (!workers) return;
    workers.addEventListener("controllerchange", () => workers.controller?.postMessage({ keep: true }));
    await workers.register(this.page.worker, { updateViaCache: "none" }).catch(() => null);
  }

  // --- what the server tells -------------------------------------------------------------------------------------

  told(answer) {
    this.news ??= { cells: {}, rows: {} };
    for (const { entry, column, cell, status } of answer.cells ?? []) {
      if (column === "state") this.news.rows[entry] = { status, version: cell[1], reason: cell[3] };
      else this.news.cells[`${entry}/${column}`] = cell;
    }
    for (const [entry, column, cell] of answer.reckoned ?? []) this.news.cells[`${entry}/${column}`] = cell;
    if (answer.places) this.news.places = answer.places;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pass(), SOON);
  }

  pass() {
    navigator.serviceWorker?.controller?.postMessage({ values: this.news, user: this.page.user });
    this.news = null;
  }

  // --- whether the server is there -------------------------------------------------------------------------------

  lose() {
    this.lost = true;
    this.isBack = false;
    try {
      sessionStorage.setItem(SINCE, sessionStorage.getItem(SINCE) ?? String(Date.now()));
    } catch {
      // The window forgets since when; nothing else.
    }
    clearTimeout(this.again);
    this.again = setTimeout(() => this.look(), PAUSE);
    this.draw();
  }

  come() {
    clearTimeout(this.again);
    if (this.lost) this.isBack = true;
    this.lost = false;
    sessionStorage.removeItem(SINCE);
    this.draw();
  }

  async look() {
    if (!this.lost) return;
    try {
      const answer = await fetch(this.page.worker, { method: "HEAD", cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      this.come();
      this.queue.soon(0);
    } catch {
      this.lose();
    }
  }

  // The queue has sent something, or could not.
  heard(why) {
    if (why === "network" && !this.lost) this.lose();
    else if (why === "" && this.lost) this.come();
    else this.draw();
  }

  // --- what it says ----------------------------------------------------------------------------------------------

  draw() {
    const out = this.queue.failing === "signed_out";
    const stale = this.isBack && this.found;
    const words = [];
    if (out) words.push(say("why_signed_out"));
    else if (this.lost) words.push(say("offline", { at: clock(Number(sessionStorage.getItem(SINCE)) || Date.now()) }));
    if (this.lost && this.found) words.push(say("offline_kept", { at: clock(this.found.at) }));
    if (this.lost && !navigator.serviceWorker?.controller) words.push(say("offline_bare"));
    if (stale) words.push(say("offline_back", { at: clock(this.found.at) }));
    this.note.hidden = !words.length;
    this.note.querySelector("p").textContent = words.join(" ");
    this.note.querySelector("a").hidden = !out;
    this.note.querySelector("button").hidden = !stale || out;
  }
}

function clock(at) {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}
