// A new field, in the middle of the page, and the art below them all.

// What a new field looks like, the server says.
export function add(model, root, fresh) {
  const [kind, what] = root.querySelector("[data-new]").value.split(":");
  const field = structuredClone(fresh[kind]);
  if (kind === "fact") Object.assign(field, { id: what, fact: what });
  if (kind === "image") field.file = what;
  const { page } = model;
  field.width = Math.min(field.width, page.width - 2 * page.margin);
  const place = { x: Math.round((page.width - field.width) / 2), y: Math.round((page.height - field.height) / 2) };
  // The frame takes the focus, so that the arrows move it at once.
  model.add({ ...field, ...place }, model.chosen);
  root.querySelector(`.design-frame[data-field="${model.chosen}"]`)?.focus();
}

// Which picture lies under everything; it cannot be moved or chosen on the page.
export function choices(root, model) {
  const under = root.querySelector("[data-under]");
  const fill = () => {
    under.value = model.document.art[0]?.file ?? "";
  };
  under.addEventListener("change", () => model.change((now) => {
    const { width, height } = now.page;
    now.art = [...(under.value ? [{ file: under.value, x: 0, y: 0, width, height }] : []), ...now.art.slice(1)];
  }));
  model.addEventListener("change", fill);
  fill();
}
