// Changes the colours in place; the link itself (which keeps the choice in a cookie) works without this.
for (const link of document.querySelectorAll("[data-theme-choice]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const answer = await fetch(link.href, { redirect: "manual", credentials: "same-origin" }).catch(() => null);
    if (!answer) return;
    document.documentElement.dataset.bsTheme = link.dataset.themeChoice;
    for (const other of link.parentElement.children) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
  });
}

// An open menu closes with Escape and when the reader turns elsewhere.
for (const menu of document.querySelectorAll("details.drop")) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
