// While the server redraws a form somebody may go on typing, choosing and adding files. Its answer shows what had been
// sent; what was given since then stays as it is on the page, with the caret where it was, and the server is told.
const TYPED = 'input:not([type="hidden"]):not([type="file"]):not([type="radio"]):not([type="checkbox"]), textarea, select';
const CHOSEN = 'input[type="radio"], input[type="checkbox"]';
const ADDED = 'input[type="file"]';

function given(scope) {
  const answers = new Map();
  for (const field of scope.querySelectorAll(TYPED)) if (field.name) answers.set(selector(field), field.value);
  for (const field of scope.querySelectorAll(CHOSEN)) if (field.name) answers.set(selector(field), field.checked);
  for (const field of scope.querySelectorAll(ADDED)) if (field.name) answers.set(selector(field), named(field.files));
  return answers;
}

function selector(field) {
  const own = `[name="${CSS.escape(field.name)}"]`;
  return field.matches(CHOSEN) ? `${own}[value="${CSS.escape(field.value)}"]` : `${own}:not([readonly])`;
}

function named(files) {
  return [...files].map((file) => `${file.name}/${file.size}/${file.lastModified}`).join();
}

// An answer may redraw other parts of the same form besides its target.
function whole(target) {
  return target.closest("form") ?? target;
}

function give(field, value, earlier) {
  if (field.matches(CHOSEN)) field.checked = value;
  else if (field.matches(ADDED)) field.files = earlier.files;
  else field.value = value;
}

function tell(field) {
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// An answer that arrives between pressing and letting go would take away what is being pressed, and the press with it:
// it is put aside, and the server is asked again with what the press has brought.
export function keepPresses(body) {
  const put = new Set();
  let pressed = false;

  const press = () => (pressed = true);
  const letGo = () => {
    pressed = false;
    setTimeout(() => {
      for (const form of put) form.querySelector(`${TYPED}, ${CHOSEN}`)?.dispatchEvent(new Event("change", { bubbles: true }));
      put.clear();
    });
  };
  const isSpace = (event) => event.key === " " && event.target.matches?.(CHOSEN);

  // Only what answers to a press: one on a scroll bar is never said to end.
  body.addEventListener("pointerdown", ({ target }) => target.closest("label, input, button, select, a, summary") && press());
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, letGo);
  body.addEventListener("keydown", (event) => isSpace(event) && press());
  addEventListener("keyup", (event) => pressed && isSpace(event) && letGo());
  addEventListener("blur", () => pressed && letGo());

  body.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target && put.delete(whole(detail.target)));
  body.addEventListener("htmx:beforeOnLoad", (event) => {
    const form = event.detail.target && whole(event.detail.target);
    if (!pressed || !form?.matches("form")) return;
    put.add(form);
    event.preventDefault();
  });
}

export function keepTyping(body) {
  const sent = new WeakMap();
  let since = null;
  let form = null;
  let known = new Map(); // what the server has been told of each field

  function untold(field) {
    const place = field.name && field.matches(`${TYPED}, ${CHOSEN}, ${ADDED}`) ? selector(field) : null;
    return known.has(place) && known.get(place) !== given(whole(field)).get(place);
  }

  body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (!detail.target) return;
    known = given(whole(detail.target));
    sent.set(detail.xhr, known);
  });

  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const before = sent.get(detail.xhr);
    if (!before || !detail.target) return;
    form = whole(detail.target);
    const changed = new Map([...given(form)].filter(([place, value]) => before.get(place) !== value));
    const fields = new Map([...changed.keys()].map((place) => [place, form.querySelector(place)]));
    const active = document.activeElement;
    const caret = form.contains(active) ? { id: active.id, from: selectionOf(active) } : null;
    since = { before, changed, fields, caret };
  });

  body.addEventListener("htmx:afterSwap", () => {
    if (!since) return;
    const { before, changed, fields, caret } = since;
    since = null;
    if (!form.isConnected) form = body;
    known = given(form);
    for (const [place, value] of changed) {
      const field = form.querySelector(place);
      if (!field) continue;
      if (field === fields.get(place)) known.set(place, before.get(place));
      give(field, value, fields.get(place));
    }
    const field = caret?.id ? document.getElementById(caret.id) : null;
    if (!field) return;
    field.focus({ preventScroll: true });
    if (caret.from !== null && field.setSelectionRange) field.setSelectionRange(caret.from, caret.from);
  });

  // The new fields answer to htmx only once they have settled: what was given until then is told now.
  body.addEventListener("htmx:afterSettle", () => {
    if (!form) return;
    const fields = [...form.querySelectorAll(`${TYPED}, ${CHOSEN}, ${ADDED}`)];
    const waiting = fields.find((field) => untold(field) && (field !== document.activeElement || !field.matches(TYPED)));
    form = null;
    if (waiting) tell(waiting);
  });

  // A browser says nothing of a value put back by script when one leaves the field.
  body.addEventListener("focusout", ({ target }) => {
    if (target.matches(TYPED) && untold(target)) tell(target);
  });
}

function selectionOf(field) {
  try {
    return field.selectionStart ?? null;
  } catch {
    return null;
  }
}
