// A place with data-upload and data-upload-address="<address>" sends each chosen file at once, one request per file,
// and shows its progress and its end in words. The answer is JSON: {name, href?} or {message}.
// Without an address, or without script, the file travels with the form as ever.
import { all, formKey, once } from "./request.js";

function line(list, name) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  item.append(words, bar);
  list.append(item);
  return { item, words, bar };
}

function finish({ item, words, bar }, text, good, href) {
  bar.remove();
  item.className = good ? "is-done" : "is-failed";
  words.textContent = text;
  if (!href) return;
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = href;
  link.textContent = words.textContent;
  words.replaceChildren(link);
}

function send(place, file, list) {
  const texts = place.dataset;
  const shown = line(list, file.name);
  shown.words.textContent = `${texts.textSending}: ${file.name}`;
  const body = new FormData();
  body.append(place.querySelector("input[type=file]").name, file);
  const form = place.closest("form");
  for (const name of ["form_key", "component"]) if (form?.elements[name]) body.append(name, form.elements[name].value);
  const request = new XMLHttpRequest();
  request.open("POST", texts.uploadAddress);
  request.setRequestHeader("X-CSRFToken", formKey());
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) shown.bar.value = (event.loaded / event.total) * 100;
  });
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => {
      const answer = request.response ?? {};
      const good = request.status >= 200 && request.status < 300;
      const text = good ? `${texts.textDone}: ${answer.name ?? file.name}` : `${texts.textFailed}: ${file.name}. ${answer.message ?? ""}`;
      finish(shown, text, good, answer.href);
      resolve(good);
    });
    request.send(body);
  });
}

function furnish(place) {
  const field = place.querySelector("input[type=file]");
  const list = place.querySelector(".upload__list");
  if (!field || !list) return;
  field.addEventListener("change", async () => {
    if (!field.files.length) return;
    const results = await Promise.all([...field.files].map((file) => send(place, file, list)));
    if (results.every(Boolean)) {
      field.value = "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    place.dispatchEvent(new CustomEvent("upload:done", { bubbles: true, detail: { all: results.every(Boolean) } }));
  });
}

export function showUploads(scope) {
  for (const place of all(scope, "[data-upload-address]")) if (once(place, "Upload")) furnish(place);
}
