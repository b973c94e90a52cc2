// Keeps the button of a great act still until its word is typed back; the server checks it too.
for (const box of document.querySelectorAll("[data-confirm-word]")) {
  const input = box.querySelector("input");
  const button = box.closest("form").querySelector("button[type=submit]");
  const compare = () => {
    button.disabled = input.value.trim() !== box.dataset.confirmWord;
  };
  input.addEventListener("input", compare);
  compare();
}
