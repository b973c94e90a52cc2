// Undo and redo of this session: whole documents, which are small. What is done in one go (a key held down, a number
// typed digit by digit) is taken back in one go.
const TOGETHER = 700; // milliseconds

export class History {
  constructor(start) {
    this.now = start;
    this.done = [];
    this.undone = [];
    this.tag = "";
    this.at = 0;
  }

  note(document, tag = "") {
    if (document === this.now) return;
    const later = Date.now();
    const isSame = tag !== "" && tag === this.tag && later - this.at < TOGETHER;
    if (!isSame) this.done.push(this.now);
    [this.now, this.tag, this.at, this.undone] = [document, tag, later, []];
  }

  undo() {
    return this.turn(this.done, this.undone);
  }

  redo() {
    return this.turn(this.undone, this.done);
  }

  turn(from, to) {
    if (!from.length) return null;
    to.push(this.now);
    this.now = from.pop();
    this.tag = "";
    return this.now;
  }
}
