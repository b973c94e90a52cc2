// Asks before a page with something typed in it is left; forms that carry data-guard only.
const typed = new Set();

for (const form of document.querySelectorAll("form[data-guard]")) {
  form.addEventListener("input", () => typed.add(form));
  form.addEventListener("submit", () => typed.delete(form));
}

addEventListener("beforeunload", (event) => {
  if (typed.size) event.preventDefault();
});

// The list of mistakes is read first.
document.querySelector(".error-summary")?.focus();
