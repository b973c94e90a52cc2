// The big screen: takes each piece of news as it comes, turns over events that do not fit, and keeps the screen awake.
const stage = document.getElementById("stage");
const full = document.querySelector("[data-full]");
const line = document.querySelector("[data-line]");
const EACH = 12000; // milliseconds an event stands before the next one
const BIG = matchMedia("(min-width: 40rem)");
const SMALLEST = 0.5;
const PATIENCE = 8000; // a line that comes back sooner was not missed
const SILENT = 40000; // the server gives a sign of life every 15 s
const FIRST = 3000; // until the first new attempt; each waits longer
const LONGEST = 30000;

let turn = 0;

function turnOver() {
  const panels = [...stage.querySelectorAll("[data-panel]")];
  panels.forEach((panel, n) => { panel.hidden = panels.length > 1 && n !== turn % panels.length; });
  turn += 1;
  fit();
}

// Nobody turns a page in the hall: what is too long for a big screen is written smaller, and never too small to read.
function fit() {
  let size = 1;
  stage.style.setProperty("--fit", size);
  if (!BIG.matches) return;
  while (size > SMALLEST && document.documentElement.scrollHeight > innerHeight) {
    size -= 0.05;
    stage.style.setProperty("--fit", size);
  }
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

// --- the news: whatever becomes of network and server, the board comes back by itself, and says when it is alone ------

let news = null;
let seen = stage.dataset.seq;
let since = null; // when the connection went
let wait = FIRST;
let pulse = null;

function listen() {
  news?.close();
  news = new EventSource(stage.dataset.news);
  news.addEventListener("open", alive);
  news.addEventListener("beat", alive);
  news.addEventListener("message", (event) => {
    alive();
    if (event.lastEventId === seen) return;
    seen = event.lastEventId;
    show(event.data);
  });
  news.addEventListener("error", () => {
    gone();
    if (news.readyState === EventSource.CLOSED) again(); // refused: by itself it does not try a second time
  });
  heed();
}

// A line that is silent for long is dead, also where nobody has said so.
function heed() {
  clearTimeout(pulse);
  pulse = setTimeout(() => {
    gone();
    again();
  }, SILENT);
}

function again() {
  clearTimeout(pulse);
  pulse = setTimeout(listen, wait);
  wait = Math.min(wait * 2, LONGEST);
}

function alive() {
  heed();
  wait = FIRST;
  if (since && !line.hidden) {
    say(line.dataset.back);
    setTimeout(() => { line.hidden = since === null; }, 5000);
  }
  since = null;
}

function gone() {
  since ??= new Date();
  setTimeout(() => {
    if (since && Date.now() - since > PATIENCE) {
      const at = since.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      say(line.dataset.gone.replace("{at}", at));
    }
  }, PATIENCE + 100);
}

function say(words) {
  line.hidden = false;
  if (line.textContent !== words) line.textContent = words;
}

addEventListener("online", listen);
listen();

if (document.documentElement.requestFullscreen) {
  full.hidden = false;
  full.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => { full.hidden = Boolean(document.fullscreenElement); });
}
turnOver();
addEventListener("resize", fit);
setInterval(turnOver, EACH);
stayAwake();
document.addEventListener("visibilitychange", () => { if (!document.hidden) stayAwake(); });
