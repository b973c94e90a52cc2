// Checking by keyboard: y says that the sheet matches, n asks what does not. Without this the buttons do the same.
const desk = document.querySelector("[data-check]");

desk?.ownerDocument.addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const target = desk.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("button")) target.click();
  else target.focus();
});
