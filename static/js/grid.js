// Moves through the marks with Enter and the arrows, and spreads a block copied from a spreadsheet; nothing is sent by it.
const grid = document.querySelector("[data-grid]");

function cellsOf(row) {
  return [...row.querySelectorAll("[data-mark]")];
}

function place(input) {
  const rows = [...grid.tBodies[0].rows].filter((row) => cellsOf(row).length);
  const row = rows.indexOf(input.closest("tr"));
  return { rows, row, column: cellsOf(rows[row]).indexOf(input) };
}

function go(input, down, across) {
  const { rows, row, column } = place(input);
  const target = rows[row + down] && cellsOf(rows[row + down])[column + across];
  target?.focus();
  target?.select();
  return Boolean(target);
}

function edge(input, key) {
  const end = key === "ArrowRight" ? input.value.length : 0;
  return input.selectionStart === input.selectionEnd ? input.selectionStart === end : true;
}

function step(event) {
  const input = event.target;
  if (!input.matches("[data-mark]") || event.isComposing) return;
  const down = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (down) {
    event.preventDefault();
    go(input, down, 0);
  } else if (across && edge(input, event.key) && go(input, 0, across)) {
    event.preventDefault();
  } else if (event.key === "Escape") {
    input.value = input.defaultValue;
  }
}

function spread(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!event.target.matches("[data-mark]") || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  const { rows, row, column } = place(event.target);
  const block = text.replace(/\r?\n$/, "").split(/\r?\n/);
  block.forEach((line, i) =>
    line.split("\t").forEach((value, j) => {
      const cell = rows[row + i] && cellsOf(rows[row + i])[column + j];
      if (!cell) return;
      cell.value = value.trim();
      cell.dispatchEvent(new Event("input", { bubbles: true }));
    }),
  );
}

if (grid) {
  grid.addEventListener("keydown", step);
  grid.addEventListener("paste", spread);
  for (const help of document.querySelectorAll("[data-grid-help]")) help.hidden = false;
}
