// The sentences of the page, in the reader's language; blanks are written {name}.
const words = JSON.parse(document.getElementById("table-words").textContent);

export function say(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
