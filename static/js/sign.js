// The desk: a field to sign in with a finger, and the scanner's field that has the focus again. Without script a name is typed.
for (const pad of document.querySelectorAll("[data-sign]")) {
  const canvas = pad.querySelector("canvas");
  const field = pad.parentElement.querySelector("input[name=signature]");
  const pen = canvas.getContext("2d");
  const strokes = [];
  let stroke = null;
  pad.hidden = false;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) * canvas.width) / box.width;
    const y = ((event.clientY - box.top) * canvas.height) / box.height;
    return [Math.round(x), Math.round(y)];
  };
  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    for (const points of strokes) pen.stroke(new Path2D(path(points)));
  };
  const path = (points) => `M${points.map((point) => point.join(" ")).join("L")}`;
  const end = () => {
    stroke = null;
    field.value = strokes.filter((points) => points.length > 1).map(path).join("");
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = [at(event)];
    strokes.push(stroke);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    stroke.push(at(event));
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, end);
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    strokes.length = 0;
    draw();
    end();
  });
}

// A scanner types into whatever has the focus.
document.querySelector(".desk-scan input")?.focus();
