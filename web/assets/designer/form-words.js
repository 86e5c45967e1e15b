// The form editor has no translation of its own: its fixed words are replaced where they are shown.
import words from "./words/forms.json";
import { inVietnamese } from "./words.js";

const PLACES = ".fjs-palette-container, .fjs-properties-container, .fjs-editor-palette-container, .fjs-context-pad-container, .fjs-drop-container-vertical";
// What the form itself says is shown as it is kept, even where it is one of the editor's words.
const OWN = ".fjs-drop-container-vertical :is(.fjs-form-field-label, .fjs-form-field-description, .fjs-table-th, .fjs-button:not(.fjs-filepicker-button))";
const ATTRIBUTES = ["title", "placeholder", "aria-label"];
const COUNTED = /^List contains (\d+) items?$/;

function ours(text) {
  return words[text] ?? (COUNTED.test(text ?? "") ? text.replace(COUNTED, "Có $1 mục") : undefined);
}

function speakText(node) {
  const text = node.textContent.trim();
  const said = ours(text);
  const place = node.parentElement;
  if (said && place?.closest(PLACES) && !place.closest(OWN)) node.textContent = node.textContent.replace(text, said);
}

function speakAttribute(element, name) {
  const said = ours(element.getAttribute(name));
  if (said && element.closest(PLACES)) element.setAttribute(name, said);
}

function speak(root) {
  if (root.nodeType === Node.TEXT_NODE) return speakText(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) speakText(texts.currentNode);
  for (const element of [root, ...root.querySelectorAll("[title], [placeholder], [aria-label]")])
    for (const name of ATTRIBUTES) speakAttribute(element, name);
}

export function speakForms(frame) {
  if (!inVietnamese()) return;
  speak(frame);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") speakText(change.target);
      if (change.type === "attributes") speakAttribute(change.target, change.attributeName);
      for (const node of change.addedNodes) speak(node);
    }
  }).observe(frame, { childList: true, subtree: true, characterData: true, attributeFilter: ATTRIBUTES });
}

// A new question begins with a Vietnamese label, in what is kept and not only in what is shown.
export function nameInVietnamese(editor) {
  if (!inVietnamese()) return;
  const factory = editor.get("fieldFactory");
  const make = factory.create.bind(factory);
  factory.create = (attributes, begins = true) => {
    const field = make(attributes, begins);
    if (begins && !attributes.label && words[field.label]) field.label = words[field.label];
    return field;
  };
}
