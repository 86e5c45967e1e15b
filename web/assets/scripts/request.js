// The site's form key, which every state-changing request must carry.
export function formKey() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function sendKeys(body) {
  body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = formKey();
  });
}

// hh:mm as the clocks of Viet Nam show it, wherever the reader is.
export function clockWords(moment = new Date()) {
  return new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" }).format(moment);
}

// Marks an element as furnished, so that a second pass over the page leaves it alone.
export function once(element, name) {
  const mark = `ready${name}`;
  if (element.dataset[mark]) return false;
  element.dataset[mark] = "yes";
  return true;
}

export function all(scope, selector) {
  const inside = [...scope.querySelectorAll(selector)];
  return scope.matches?.(selector) ? [scope, ...inside] : inside;
}
