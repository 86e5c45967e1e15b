// While the server redraws a form somebody may go on typing and choosing. Its answer shows what had been sent; what was
// given since then stays as it is on the page, with the caret where it was, and the form is asked to follow it too.
const TYPED = 'input:not([type="hidden"]):not([type="file"]):not([type="radio"]):not([type="checkbox"]), textarea, select';
const CHOSEN = 'input[type="radio"], input[type="checkbox"]';

function given(scope) {
  const answers = new Map();
  for (const field of scope.querySelectorAll(TYPED)) if (field.name) answers.set(selector(field), field.value);
  for (const field of scope.querySelectorAll(CHOSEN)) if (field.name) answers.set(selector(field), field.checked);
  return answers;
}

function selector(field) {
  const own = `[name="${CSS.escape(field.name)}"]`;
  return field.matches(CHOSEN) ? `${own}[value="${CSS.escape(field.value)}"]` : `${own}:not([readonly])`;
}

// An answer may redraw other parts of the same form besides its target.
function whole(target) {
  return target.closest("form") ?? target;
}

function give(field, value) {
  if (field.matches(CHOSEN)) field.checked = value;
  else if (field.matches(TYPED)) field.value = value;
}

export function keepTyping(body) {
  const sent = new WeakMap();
  let since = null;
  let unanswered = null;

  body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.target) sent.set(detail.xhr, given(whole(detail.target)));
  });

  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const before = sent.get(detail.xhr);
    if (!before || !detail.target) return;
    const scope = whole(detail.target);
    const changed = [...given(scope)].filter(([field, value]) => before.get(field) !== value);
    const active = document.activeElement;
    const caret = scope.contains(active) ? { id: active.id, from: selectionOf(active) } : null;
    since = { changed, caret };
  });

  body.addEventListener("htmx:afterSwap", () => {
    if (!since) return;
    const { changed, caret } = since;
    since = null;
    for (const [place, value] of changed) {
      const field = document.querySelector(place);
      if (!field) continue;
      give(field, value);
      if (field.id !== caret?.id || field.matches(CHOSEN)) unanswered = field;
    }
    const field = caret?.id ? document.getElementById(caret.id) : null;
    if (!field) return;
    field.focus({ preventScroll: true });
    if (caret.from !== null && field.setSelectionRange) field.setSelectionRange(caret.from, caret.from);
  });

  body.addEventListener("htmx:afterSettle", () => {
    const field = unanswered;
    unanswered = null;
    field?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function selectionOf(field) {
  try {
    return field.selectionStart ?? null;
  } catch {
    return null;
  }
}
