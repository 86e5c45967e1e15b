// A form with data-autosave="<address>" keeps its answers there while they are typed and says when it last did.
// A place with data-autosave-state (in the form or on the page) carries the words in data-text-*.
import { all, clockWords, formKey, once } from "./request.js";

const PAUSE = 1500;

function answersOf(form) {
  const answers = new FormData(form);
  for (const [name, value] of [...answers.entries()]) if (value instanceof File) answers.delete(name);
  return answers;
}

function keeper(form, place) {
  let waiting = 0;
  let sending = null;

  function say(kind) {
    if (!place) return;
    const words = place.dataset[`text${kind[0].toUpperCase()}${kind.slice(1)}`] ?? "";
    place.textContent = kind === "saved" ? `${words} ${clockWords()}` : words;
    place.classList.toggle("is-failed", kind === "failed");
  }

  async function keep() {
    clearTimeout(waiting);
    waiting = 0;
    sending?.abort();
    const current = (sending = new AbortController());
    say("saving");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: answersOf(form),
        headers: { "X-CSRFToken": formKey(), Accept: "application/json" },
        signal: current.signal,
        keepalive: true,
      });
      say(answer.ok && !answer.redirected ? "saved" : "failed");
    } catch (error) {
      if (error.name !== "AbortError") say("failed");
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    waiting = 0;
    sending?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && waiting) keep();
  });
}

export function keepDrafts(scope) {
  for (const form of all(scope, "form[data-autosave]")) {
    if (!once(form, "Autosave")) continue;
    keeper(form, form.querySelector("[data-autosave-state]") ?? document.querySelector("[data-autosave-state]"));
  }
}
