// Asks how far a long work is and moves its bar, and says how long it will still take; when it ends, the page is read anew. Each failure waits longer.
const PAUSE = 1500;

async function follow(box, wait) {
  await new Promise((done) => setTimeout(done, wait));
  if (document.hidden) return follow(box, PAUSE);
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const work = await answer.json();
    const bar = box.querySelector("progress");
    bar.max = work.total || 1;
    bar.value = work.done;
    box.querySelector("[data-done]").textContent = work.done;
    const left = document.querySelector("[data-left]");
    if (left && work.left !== undefined) left.textContent = work.left;
    if (!["waiting", "running"].includes(work.state)) return location.reload();
    return follow(box, PAUSE);
  } catch {
    return follow(box, Math.min(wait * 2, 30000));
  }
}

for (const box of document.querySelectorAll("[data-progress]")) follow(box, PAUSE);
