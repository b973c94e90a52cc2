// Undo and redo of this session: whose cell it was, never where it stood.
export class History {
  constructor(write) {
    this.write = write;
    this.done = [];
    this.undone = [];
  }

  note(steps) {
    if (!steps.length) return;
    this.done.push(steps);
    this.undone = [];
  }

  undo() {
    const steps = this.done.pop();
    if (!steps) return;
    this.undone.push(steps);
    this.write(steps.map(({ entry, column, before, why }) => ({ entry, column, text: before, why })));
  }

  redo() {
    const steps = this.undone.pop();
    if (!steps) return;
    this.done.push(steps);
    this.write(steps.map(({ entry, column, after, why }) => ({ entry, column, text: after, why })));
  }
}
