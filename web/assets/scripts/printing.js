// A button with data-print appears only where it can do something.
import { all, once } from "./request.js";

export function offerPrinting(scope) {
  for (const button of all(scope, "[data-print]")) {
    if (!once(button, "Print")) continue;
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
