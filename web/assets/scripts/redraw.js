// While the server redraws a form somebody may go on typing. Its answer shows what had been sent; what was typed since
// then stays as it is on the page, with the caret where it was.
const TYPED = 'input:not([type="hidden"]):not([type="file"]):not([type="radio"]):not([type="checkbox"]), textarea, select';

function typed(scope) {
  return new Map([...scope.querySelectorAll(TYPED)].filter((field) => field.name).map((field) => [field.name, field.value]));
}

export function keepTyping(body) {
  const sent = new WeakMap();
  let since = null;

  body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.target) sent.set(detail.xhr, typed(detail.target));
  });

  body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const before = sent.get(detail.xhr);
    if (!before || !detail.target) return;
    const changed = [...typed(detail.target)].filter(([name, value]) => before.get(name) !== value);
    const active = document.activeElement;
    const caret = detail.target.contains(active) ? { id: active.id, from: selectionOf(active) } : null;
    since = { changed, caret };
  });

  body.addEventListener("htmx:afterSwap", () => {
    if (!since) return;
    const { changed, caret } = since;
    since = null;
    for (const [name, value] of changed) {
      const field = document.querySelector(`[name="${CSS.escape(name)}"]:not([readonly])`);
      if (field && field.matches(TYPED)) field.value = value;
    }
    const field = caret?.id ? document.getElementById(caret.id) : null;
    if (!field) return;
    field.focus({ preventScroll: true });
    if (caret.from !== null && field.setSelectionRange) field.setSelectionRange(caret.from, caret.from);
  });
}

function selectionOf(field) {
  try {
    return field.selectionStart ?? null;
  } catch {
    return null;
  }
}
