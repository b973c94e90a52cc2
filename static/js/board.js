// The big screen: takes each piece of news as it comes, turns over events that do not fit, and keeps the screen awake.
const stage = document.getElementById("stage");
const full = document.querySelector("[data-full]");
const EACH = 12000; // milliseconds an event stands before the next one

let turn = 0;

function turnOver() {
  const panels = [...stage.querySelectorAll("[data-panel]")];
  panels.forEach((panel, n) => { panel.hidden = panels.length > 1 && n !== turn % panels.length; });
  turn += 1;
}

function show(piece) {
  stage.innerHTML = piece;
  turn = 0;
  turnOver();
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The device saves its battery; the board goes on all the same.
  }
}

const news = new EventSource(stage.dataset.news);
let seen = stage.dataset.seq;
news.addEventListener("message", (event) => {
  if (event.lastEventId === seen) return;
  seen = event.lastEventId;
  show(event.data);
});

if (document.documentElement.requestFullscreen) {
  full.hidden = false;
  full.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => { full.hidden = Boolean(document.fullscreenElement); });
}
turnOver();
setInterval(turnOver, EACH);
stayAwake();
document.addEventListener("visibilitychange", () => { if (!document.hidden) stayAwake(); });
