// Sets words into a frame as the press does: shrink first and then wrap, wrap first and then shrink, or refuse. This is a
// sketch for the hand that moves the frame; what counts is the picture of the press below it.
const POINT = 25.4 / 72; // tenths of a millimetre in a tenth of a point
const STEP = 5; // tenths of a point

// Gives the size in tenths of a point that fits, and whether anything does.
export function fit(box, field, scale) {
  const { size: full, least, lines: most } = field;
  const tries = { shrink: [...sizes(field, 1), [least, most]], wrap: sizes(field, most), refuse: [[full, most]] };
  for (const [size, lines] of tries[field.policy] ?? tries.shrink) {
    if (holds(box, field, scale, size, lines)) return { size, lines, over: false };
  }
  const size = field.policy === "refuse" ? field.size : field.least;
  holds(box, field, scale, size, field.lines);
  return { size, lines: field.lines, over: true };
}

function sizes({ size, least }, lines) {
  const found = [];
  for (let now = size; now > least; now -= STEP) found.push([now, lines]);
  return [...found, [Math.min(least, size), lines]];
}

function holds(box, field, scale, size, lines) {
  const high = (size * POINT * field.leading * scale) / 100;
  box.style.fontSize = `${size * POINT * scale}px`;
  box.style.lineHeight = `${high}px`;
  box.style.whiteSpace = lines > 1 ? "pre-wrap" : "pre";
  const drawn = Math.round(box.scrollHeight / high);
  return box.scrollWidth <= Math.ceil(field.width * scale) + 1 && drawn <= lines && drawn * high <= field.height * scale + 1;
}
