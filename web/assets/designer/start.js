// Opens the desk of this page for one kind of editor, on screens wide enough to draw on.
import { Desk } from "./desk.js";
import { offerFiles } from "./go.js";
import { offerCheck, wantedElement } from "./problems.js";

export async function start(open) {
  const root = document.querySelector("[data-desk]");
  if (!root) return;
  const wide = matchMedia("(min-width: 48em)");
  if (root.dataset.wide === "yes" && !wide.matches) {
    wide.addEventListener("change", () => location.reload(), { once: true });
    return;
  }
  const desk = new Desk(root);
  offerFiles(desk);
  try {
    const content = await desk.open();
    const editor = await open(desk, content);
    if (editor.read) desk.begin(editor.read);
    const select = editor.select ?? (() => {});
    offerCheck(desk, select);
    const id = wantedElement();
    // The panel listens only after its own first drawing; what is chosen before that would not be shown in it.
    await new Promise((resolve) => setTimeout(resolve, id ? 120 : 0));
    if (id) select(id);
    root.dataset.ready = "yes";
    addEventListener("hashchange", () => select(wantedElement()));
  } catch (error) {
    root.dataset.ready = "failed";
    const place = root.querySelector("[data-failed]");
    place.hidden = false;
    place.append(` ${error.message}`);
    offerCheck(desk, () => {});
  }
}
