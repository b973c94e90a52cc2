// A picture is sent without leaving the page: what is not saved stays where it is.
import { say } from "./words.js";

export function pictures(root, wording, stage, saving) {
  const form = root.querySelector("[data-picture]");
  const told = form.querySelector("[data-told]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell(told, say("sending"), "info");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" });
      const found = await answer.json();
      if (!answer.ok) return tell(told, found.problems[0].message, "bad");
      wording.urls.set(found.name, `${form.action}/${encodeURIComponent(found.name)}?${Date.now()}`);
      for (const list of root.querySelectorAll("[data-pictures]")) choose(list, found.name);
      saving.moved(found.version);
      form.reset();
      stage.anew();
      tell(told, say(found.dpi ? "picture_kept" : "drawing_kept", { name: found.name, dpi: found.dpi }), "good");
    } catch {
      tell(told, say("picture_lost"), "bad");
    }
    return null;
  });
}

function choose(list, name) {
  const value = `${list.dataset.pictures}${name}`;
  if ([...list.querySelectorAll("option")].some((option) => option.value === value)) return;
  const option = document.createElement("option");
  option.value = value;
  option.textContent = name;
  list.append(option);
}

function tell(line, text, tone) {
  line.textContent = text;
  line.dataset.tone = tone;
}
