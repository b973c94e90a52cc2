// The keys of the designer. On a frame the arrows move it; everywhere on the page undo, redo and save are the same.
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

export function listen(root, model, stage, act) {
  root.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const isFrame = Boolean(event.target.closest(".design-frame"));
    if (anywhere(event, act) || (isFrame && onFrame(event, model, act))) event.preventDefault();
  });
  stage.frames.addEventListener("focusin", (event) => {
    const id = event.target.closest(".design-frame")?.dataset.field;
    if (id) model.choose(id);
  });
}

function anywhere(event, act) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  const chosen = { z: event.shiftKey ? act.redo : act.undo, y: act.redo, s: act.save, d: act.copy }[key];
  chosen?.();
  return Boolean(chosen);
}

function onFrame(event, model, act) {
  if (event.key in WAYS) arrow(event, model, act);
  else if (event.key === "Delete" || event.key === "Backspace") act.remove();
  else if (event.key === "PageUp") act.lift(1);
  else if (event.key === "PageDown") act.lift(-1);
  else return letter(event, act);
  return true;
}

function letter(event, act) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const chosen = { Enter: act.numbers, l: act.lock, g: act.snap, "?": act.help, "+": act.closer, "-": act.farther }[event.key];
  chosen?.();
  return Boolean(chosen);
}

// 1 mm; with Shift 5, with Alt a tenth. With Ctrl the right and the lower edge move instead of the frame.
function arrow(event, model, act) {
  const field = model.field();
  if (!field || field.locked) return act.refuse();
  const by = event.shiftKey ? 50 : event.altKey ? 1 : 10;
  const [across, down] = WAYS[event.key].map((way) => way * by);
  const isPull = event.ctrlKey || event.metaKey;
  const box = isPull ? { width: field.width + across, height: field.height + down } : { x: field.x + across, y: field.y + down };
  model.place(field.id, box, `${field.id}/${isPull ? "pull" : "nudge"}`);
  act.place();
}
