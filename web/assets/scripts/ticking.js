// A button with data-tick-all="name" ticks every box of that name in its form, and unticks them when all are ticked.
import { all, once } from "./request.js";

export function offerTicking(scope) {
  for (const button of all(scope, "[data-tick-all]")) {
    if (!once(button, "Ticking")) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = [...button.form.elements].filter((one) => one.type === "checkbox" && one.name === button.dataset.tickAll);
      const tick = boxes.some((one) => !one.checked);
      for (const box of boxes) box.checked = tick;
    });
  }
}
