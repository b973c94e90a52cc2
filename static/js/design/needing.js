// The facts without which nothing is printed.
export function needing(root, model) {
  const boxes = [...root.querySelectorAll("[data-required]")];
  const fill = () => {
    for (const box of boxes) box.checked = model.document.required.includes(box.dataset.required);
  };
  for (const box of boxes) {
    box.addEventListener("change", () => model.change((now) => {
      const rest = now.required.filter((name) => name !== box.dataset.required);
      now.required = box.checked ? [...rest, box.dataset.required] : rest;
    }));
  }
  model.addEventListener("change", fill);
  fill();
}
