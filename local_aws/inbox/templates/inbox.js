"use strict";
// Keeps the page up to date: asks for a stamp, and for the page itself only when that has changed.
(() => {
  const overview = document.body.classList.contains("all");
  const parts = overview ? ["status", "messages", "main"] : ["status", "messages"];
  let stamp = "";
  const put = (fresh, id) => {
    const old = document.getElementById(id);
    const next = fresh.getElementById(id);
    if (!next || old.innerHTML === next.innerHTML) return;
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const top = old.scrollTop;
    old.className = next.className;
    old.replaceChildren(...next.childNodes);
    old.scrollTop = top;
    if (focused) [...old.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
  };
  const look = async () => {
    let wait = 2000;
    try {
      if (!document.hidden) {
        const now = await (await fetch("/stamp")).json();
        wait = now.busy ? 700 : 2000;
        if (now.busy || now.stamp !== stamp) {
          const text = (await (await fetch(location.href)).text()).replace(/<style[^]*?<\/style>/, "");
          const fresh = new DOMParser().parseFromString(text, "text/html");
          parts.forEach((id) => put(fresh, id));
          stamp = now.stamp;
        }
      }
    } catch {
      const status = document.getElementById("status");
      status.className = "status idle";
      status.textContent = "The local AWS has ended. Run make demo again.";
      wait = 5000;
    }
    setTimeout(look, wait);
  };
  setTimeout(look, 700);
})();
