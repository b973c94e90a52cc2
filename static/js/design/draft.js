// What is not saved yet lies in this browser, for one person and one design, until the server has it.
export class Draft {
  constructor(name) {
    this.name = name;
    this.isFull = false;
  }

  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.name) ?? "null");
      return Array.isArray(kept?.document?.fields) ? kept : null;
    } catch {
      return null;
    }
  }

  keep(document, version) {
    try {
      localStorage.setItem(this.name, JSON.stringify({ document, version, at: new Date().toISOString() }));
      this.isFull = false;
    } catch {
      this.isFull = true;
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.name);
    } catch {
      this.isFull = true; // a browser that keeps nothing has nothing to forget
    }
  }
}
