// What is said of a field, and the words that stand in its frame: those of the person in the preview, or the example.
import { say } from "./words.js";

const CONTENT = ["kind", "fact", "nth", "before", "after", "text"];
const FAMILIES = {
  display: '"Cormorant Garamond", "Noto Serif SC"', serif: '"Noto Serif SC"', sans: '"Noto Sans SC"',
};

export class Wording {
  constructor(page) {
    this.facts = page.facts;
    this.urls = new Map(page.art.map((one) => [one.name, one.url]));
    this.code = page.code;
    this.language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    this.printed = new Map(); // by field: what it said when it was printed, and the words
  }

  // The press has printed these fields so.
  heard(fields, words = {}) {
    this.printed = new Map(fields.filter((field) => field.id in words).map((field) => [field.id, { of: content(field), words: words[field.id] }]));
  }

  of(field) {
    if (field.kind === "image") return field.file || say("no_file");
    const known = this.printed.get(field.id);
    const words = known?.of === content(field) ? known.words : this.example(field);
    return words || (field.empty === "placeholder" ? field.placeholder : "");
  }

  example(field) {
    if (field.kind === "text") return [...new Set(["zh", "en"].map((one) => this.filled(field.text[one] ?? "")))].filter(Boolean).join(" · ");
    if (field.kind === "code") return "";
    const words = this.fact(field.fact, field.nth);
    return words && `${field.before}${words}${field.after}`;
  }

  fact(name, nth) {
    const example = this.facts[name]?.example ?? "";
    if (!Array.isArray(example)) return nth > 1 ? "" : example;
    return nth ? (example[nth - 1] ?? "") : example.join(this.language === "zh" ? "、" : ", ");
  }

  filled(text) {
    let isWhole = true;
    const words = text.replace(/\{(\w+)(?:\.([0-9]+))?\}/g, (_, name, nth) => {
      const found = this.fact(name, Number(nth) || undefined);
      isWhole &&= Boolean(found);
      return found;
    });
    return isWhole ? words : "";
  }

  url(file) {
    return this.urls.get(file) ?? "";
  }

  label(fact) {
    return this.facts[fact]?.label[this.language] ?? fact;
  }

  name(field) {
    if (field.kind === "fact") return field.nth ? `${this.label(field.fact)} ${field.nth}` : this.label(field.fact);
    if (field.kind === "code") return say("kind_code");
    if (field.kind === "image") return field.file || say("kind_image");
    const text = field.text[this.language] || field.text.zh || field.text.en;
    const signs = [...text.replace(/\s+/g, " ").trim()];
    if (!signs.length) return say("kind_text");
    return signs.length > 24 ? `${signs.slice(0, 23).join("")}…` : signs.join("");
  }

  kind(field) {
    return say(`kind_${field.kind}`);
  }

  family(face) {
    return FAMILIES[face] ?? FAMILIES.serif;
  }
}

function content(field) {
  return JSON.stringify(CONTENT.map((name) => field[name]));
}
