// The rulers above and beside the page, in millimetres, and the guides under a frame that has caught a line.
import { mm } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const DEEP = 22; // pixels

export function rule(svg, length, scale, isAcross) {
  const step = [10, 50, 100, 200].find((one) => one * scale >= 4) ?? 500;
  const word = [100, 200, 500, 1000].find((one) => one * scale >= 30) ?? 1000;
  const whole = length * scale;
  svg.setAttribute("width", isAcross ? whole : DEEP);
  svg.setAttribute("height", isAcross ? DEEP : whole);
  const parts = [];
  for (let at = 0; at <= length; at += step) {
    const high = at % word === 0 ? 10 : at % (step * 5) === 0 ? 7 : 4;
    parts.push(isAcross ? line(at * scale, DEEP - high, at * scale, DEEP) : line(DEEP - high, at * scale, DEEP, at * scale));
    if (at % word === 0 && at * scale < whole - 8) parts.push(number(at, scale, isAcross));
  }
  svg.replaceChildren(...parts);
}

function line(x1, y1, x2, y2) {
  return shape("line", { x1, y1, x2, y2 });
}

function number(at, scale, isAcross) {
  const place = isAcross ? { x: at * scale + 2, y: 10 } : { x: 2, y: at * scale + 11 };
  const text = shape("text", place);
  text.textContent = mm(at);
  return text;
}

export function shape(name, attributes) {
  const drawn = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) drawn.setAttribute(key, value);
  return drawn;
}

// The margins and the middle of the page, always; what a frame has caught, while it moves.
export function guides(svg, page, scale, { x: atX = null, y: atY = null } = {}) {
  const [width, height, margin] = [page.width * scale, page.height * scale, page.margin * scale];
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  const parts = [
    shape("rect", { x: margin, y: margin, width: Math.max(width - 2 * margin, 0), height: Math.max(height - 2 * margin, 0) }),
    line(width / 2, 0, width / 2, height),
    line(0, height / 2, width, height / 2),
  ];
  const caught = [];
  if (atX !== null) caught.push(line(atX * scale, 0, atX * scale, height));
  if (atY !== null) caught.push(line(0, atY * scale, width, atY * scale));
  for (const one of caught) one.setAttribute("class", "is-caught");
  svg.replaceChildren(...parts, ...caught);
}
