// The sentences of the designer, in the reader's language; blanks are written {name}.
const words = JSON.parse(document.getElementById("design-words").textContent);

export function say(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

// A length in millimetres as a reader writes it. The document counts in tenths, which are whole.
export function mm(tenths) {
  return String(tenths / 10);
}

// What was typed, in tenths; nothing when it is no number. Comma and point are the same.
export function tenths(text) {
  const plain = text.normalize("NFKC").trim().replace(",", ".").replace("。", ".");
  return /^-?[0-9]{1,5}(\.[0-9])?$/.test(plain) ? Math.round(Number(plain) * 10) : null;
}
