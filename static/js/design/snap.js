// Where a frame that is moved or pulled catches: the edges and the middle of the page, its margins, the other frames.
// All in tenths of a millimetre; nothing here knows the screen.
const EDGES = { x: ["x", "width"], y: ["y", "height"] };

export function lines(page, fields, own) {
  const found = { x: [], y: [] };
  for (const [way, [start, length]] of Object.entries(EDGES)) {
    const whole = page[length];
    found[way].push(0, whole / 2, whole, page.margin, whole - page.margin);
    for (const field of fields) {
      if (field.id === own) continue;
      found[way].push(field[start], field[start] + field[length] / 2, field[start] + field[length]);
    }
  }
  return found;
}

// The frame shifted onto the nearest line within reach, and the lines on which it lies now.
export function caught(box, at, reach) {
  const told = { x: null, y: null };
  const moved = { ...box };
  for (const [way, [start, length]] of Object.entries(EDGES)) {
    const near = nearest([box[start], box[start] + box[length] / 2, box[start] + box[length]], at[way], reach);
    if (near) [moved[start], told[way]] = [box[start] + near.by, near.line];
  }
  return { box: moved, told };
}

// One edge alone, for the handles.
export function edge(place, at, reach) {
  const near = nearest([place], at, reach);
  return near ? { place: near.line, told: near.line } : { place, told: null };
}

function nearest(places, at, reach) {
  let best = null;
  for (const line of at) {
    for (const place of places) {
      const by = line - place;
      if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { by, line };
    }
  }
  return best;
}
