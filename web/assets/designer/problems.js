// The server's findings as a list in words; one that stands in this file leads to its element, another to its file.
import { formKey } from "../scripts/request.js";

function piece(name, className, text) {
  const element = document.createElement(name);
  element.className = className;
  if (text) element.textContent = text;
  return element;
}

function target(desk, finding) {
  const base = desk.root.dataset.editor.replace("__path__", finding.file.split("/").map(encodeURIComponent).join("/"));
  return finding.element ? `${base}#${encodeURIComponent(finding.element)}` : base;
}

function line(desk, finding, select) {
  const item = piece("li", `problem problem--${finding.severity}`);
  const here = finding.file === desk.path;
  const place = piece(finding.file ? "a" : "span", "problem__place", finding.name || finding.element || finding.file || desk.words.whole);
  if (finding.name) place.lang = "vi";
  if (finding.file) {
    place.href = target(desk, finding);
    if (here && finding.element)
      place.addEventListener("click", (event) => {
        event.preventDefault();
        select(finding.element);
      });
  }
  const head = piece("p", "problem__head");
  head.append(piece("strong", "problem__kind", desk.words[finding.severity]), " ", place);
  if (finding.file && !here) head.append(" ", piece("span", "problem__file", finding.file));
  item.append(head, piece("p", "problem__message", finding.message), piece("p", "problem__advice", finding.advice));
  return item;
}

export function offerCheck(desk, select) {
  const button = document.querySelector("[data-check]");
  const panel = document.querySelector("[data-problems]");
  if (!button || !panel) return;
  const list = panel.querySelector("[data-problem-list]");
  const summary = panel.querySelector("[data-problem-summary]");
  panel.querySelector("[data-close]").addEventListener("click", () => {
    panel.hidden = true;
    button.focus();
  });
  button.addEventListener("click", async () => {
    button.disabled = true;
    panel.hidden = false;
    summary.textContent = desk.words.checking;
    list.replaceChildren();
    try {
      if (!(await desk.flush())) throw new Error(desk.words.unsaved);
      const answer = await fetch(desk.root.dataset.checking, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": formKey() },
      });
      if (!answer.ok) throw new Error((await desk.reason(answer)) || desk.words.failed);
      const { findings, words } = await answer.json();
      summary.textContent = words;
      panel.dataset.outcome = findings.some((one) => one.severity === "error") ? "errors" : "well";
      list.replaceChildren(...findings.map((one) => line(desk, one, select)));
    } catch (error) {
      summary.textContent = error.message;
      panel.dataset.outcome = "errors";
    } finally {
      button.disabled = false;
      summary.focus();
    }
  });
}

// The element another page or a finding pointed at.
export function wantedElement() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}
