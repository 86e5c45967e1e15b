// What every page runs: GOV.UK's behaviours, htmx without eval, and our own small helps. Pages work without any of it.
import { initAll } from "govuk-frontend";
import "htmx.org/dist/htmx.esm.js";
import { keepDrafts } from "./scripts/autosave.js";
import { carryCode } from "./scripts/carrying.js";
import { closeMenus } from "./scripts/menus.js";
import { sendKeys } from "./scripts/request.js";
import { offerPrinting } from "./scripts/printing.js";
import { keepPresses, keepTyping } from "./scripts/redraw.js";
import { offerTicking } from "./scripts/ticking.js";
import { remindUnsaved } from "./scripts/unsaved.js";
import { showUploads } from "./scripts/upload.js";

const words = JSON.parse(document.querySelector('meta[name="component-words"]')?.content ?? "{}");

function begin(scope) {
  initAll({ ...words, scope });
  keepDrafts(scope);
  remindUnsaved(scope);
  showUploads(scope);
  offerPrinting(scope);
  offerTicking(scope);
}

sendKeys(document.body);
keepTyping(document.body);
keepPresses(document.body);
closeMenus(document.body);
carryCode();
begin(document);
document.body.addEventListener("htmx:afterSettle", (event) => {
  begin(event.detail.elt);
  event.detail.elt.querySelector(".govuk-error-summary")?.focus();
});
