// A form with data-unsaved="<words>" says them in a bar below once something was changed, and asks before leaving.
// data-unsaved-now shows the bar from the start (an open correction that was never sent).
import { all, once } from "./request.js";

function watch(form) {
  let bar = null;

  function remind() {
    if (bar) return;
    bar = document.createElement("p");
    bar.className = "unsaved";
    bar.setAttribute("role", "status");
    form.append(bar);
    bar.textContent = form.dataset.unsaved;
    window.addEventListener("beforeunload", hold);
  }

  function hold(event) {
    event.preventDefault();
  }

  function release() {
    window.removeEventListener("beforeunload", hold);
    bar?.remove();
    bar = null;
  }

  form.addEventListener("input", remind);
  form.addEventListener("submit", release);
  if ("unsavedNow" in form.dataset) remind();
}

export function remindUnsaved(scope) {
  for (const form of all(scope, "form[data-unsaved]")) if (once(form, "Unsaved")) watch(form);
}
