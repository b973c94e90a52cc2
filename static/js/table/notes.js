// What stands around the table: how much is saved, what must be mended, the jump box, the order and the questions.
import { say } from "./words.js";

const ORDERS = {
  pile: (a, b) => a.pile - b.pile,
  number: (a, b) => a.number.length - b.number.length || a.number.localeCompare(b.number),
  name: (a, b) => a.name.localeCompare(b.name, document.documentElement.lang),
  rank: (a, b) => (a.rank || Infinity) - (b.rank || Infinity),
};

export class Notes {
  constructor(parts) {
    Object.assign(this, parts);
    this.saved = document.querySelector("[data-saved]");
    this.problems = document.querySelector("[data-problems]");
    this.jump = document.querySelector("[data-jump]");
    document.querySelector("[data-order]").addEventListener("change", (event) => this.sort(event.target.value));
    document.querySelector("[data-keys]").addEventListener("click", () => this.dialog("keys").showModal());
    this.jump.addEventListener("keydown", (event) => this.find(event));
    this.pieces = document.querySelector("[data-pieces]");
    const [back, on] = this.pieces.querySelectorAll("button");
    back.addEventListener("click", () => this.turn(-1));
    on.addEventListener("click", () => this.turn(1));
    this.surface.moved = () => this.page();
    this.page();
    for (const form of document.querySelectorAll("form[action$='/sign-out']")) {
      form.addEventListener("submit", (event) => this.leave(event, form));
    }
  }

  dialog(name) {
    return document.getElementById(`table-${name}`);
  }

  sort(order) {
    const rows = [...this.model.rows].sort((a, b) => ORDERS[order](a, b) || ORDERS.number(a, b));
    this.surface.sort(rows.map((row) => row.entry));
  }

  // --- a big event, piece by piece -----------------------------------------------------------------------------

  page() {
    const { first, last, of } = this.surface.shown;
    this.pieces.hidden = last - first + 1 >= of;
    this.pieces.querySelector("span").textContent = say("pieces", { first, last, of });
    const [back, on] = this.pieces.querySelectorAll("button");
    [back.disabled, on.disabled] = [first === 1, last === of];
  }

  turn(sign) {
    const { first, last } = this.surface.shown;
    const entry = this.surface.all[sign > 0 ? last : first - 2];
    this.surface.go(entry, this.surface.here.column, false);
  }

  // --- the jump box: a number, or the beginning of a name ------------------------------------------------------

  find(event) {
    const { here } = this.surface;
    if (event.key === "Escape" && here) this.surface.go(here.entry, here.column);
    if (event.key !== "Enter" || !here) return;
    event.preventDefault();
    const wanted = this.jump.value.normalize("NFKC").trim().toLowerCase();
    const found = this.match(wanted);
    this.jump.setAttribute("aria-invalid", found ? "false" : "true");
    if (!found) return;
    this.jump.value = "";
    this.surface.go(found.entry, here.column);
  }

  match(wanted) {
    const { rows } = this.model;
    const bare = wanted.replace(/^0+(?=.)/, "");
    const name = (row) => row.name.normalize("NFKC").toLowerCase();
    return wanted && (
      rows.find((row) => row.number.toLowerCase() === wanted) ?? rows.find((row) => row.number.replace(/^0+(?=.)/, "").toLowerCase() === bare) ??
      rows.find((row) => name(row).startsWith(wanted)) ?? rows.find((row) => name(row).includes(wanted))
    );
  }

  // --- what is saved and what is not ---------------------------------------------------------------------------

  draw() {
    const mine = this.queue.mine();
    const waiting = mine.filter((item) => !item.held || item.held === "staged").length;
    const held = mine.length - waiting;
    const words = [];
    if (this.queue.failing && waiting) words.push(say("not_sent", { n: waiting }), say(`why_${this.queue.failing}`));
    else if (waiting) words.push(say("waiting", { n: waiting }));
    if (held) words.push(say("to_mend", { n: held }));
    const elsewhere = this.queue.items.length - mine.length;
    if (elsewhere) words.push(say("elsewhere", { n: elsewhere }));
    if (!words.length && this.queue.savedAt) words.push(say("all_saved", { at: clock(this.queue.savedAt) }));
    const text = words.join(" · ");
    if (this.saved.textContent !== text) this.saved.textContent = text;
    this.saved.dataset.tone = this.queue.failing && waiting ? "bad" : held ? "warn" : waiting ? "info" : "good";
    this.list();
  }

  list() {
    const found = this.model.problems();
    this.problems.hidden = !found.length;
    this.problems.querySelector("h2 span").textContent = say("to_mend", { n: found.length });
    this.problems.querySelector("ul").replaceChildren(...found.map((one) => this.line(one)));
    const staged = this.queue.mine().filter((item) => item.held === "staged" || (item.block && !item.held)).length;
    const note = this.problems.querySelector("[data-staged]");
    note.textContent = staged && found.some((one) => one.item?.block) ? say(staged === 1 ? "staged_one" : "staged", { n: staged }) : "";
  }

  line({ row, item, column, messages, doubt }) {
    const li = document.createElement("li");
    const link = document.createElement("a");
    const part = this.model.head.get(column)?.name ?? say("state");
    link.href = "#score-table";
    link.textContent = `${this.model.who(row)}, ${part}: ${messages.join("; ")}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.surface.go(row.entry, this.model.head.has(column) ? column : this.model.heads[0].key);
    });
    li.append(link);
    if (item?.held === "asked" || doubt) li.append(" ", say("type_again"));
    if (item?.held === "clash") li.append(" ", this.button("keep_mine", item.text, () => this.keepMine(item)), " ", this.button("take_theirs", item.theirs[0], () => this.takeTheirs(item)));
    return li;
  }

  button(name, value, press) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet";
    button.textContent = say(name, { value: value === "" ? say("blank") : value });
    button.addEventListener("click", press);
    return button;
  }

  // --- questions -----------------------------------------------------------------------------------------------

  ask(dialog) {
    return new Promise((done) => {
      dialog.returnValue = "";
      dialog.addEventListener("close", () => {
        const { here } = this.surface;
        if (here) this.surface.go(here.entry, here.column);
        done(dialog.returnValue === "yes");
      }, { once: true });
      dialog.showModal();
    });
  }

  async sure(sentence) {
    const dialog = this.dialog("sure");
    dialog.querySelector("p").textContent = sentence;
    return this.ask(dialog);
  }

  async reason(row) {
    const dialog = this.dialog("reason");
    const input = dialog.querySelector("input");
    dialog.querySelector("p").textContent = this.model.who(row);
    input.value = "";
    const yes = await this.ask(dialog);
    return yes ? input.value.trim() : "";
  }

  // Values that wait are kept in this browser; whoever signs out must know.
  async leave(event, form) {
    const n = this.queue.items.length;
    if (!n || form.dataset.sure) return;
    event.preventDefault();
    if (!(await this.sure(say("sign_out", { n })))) return;
    form.dataset.sure = "yes";
    form.requestSubmit();
  }
}

function clock(moment) {
  return moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}
