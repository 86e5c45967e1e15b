// The form editor has no translation of its own: its fixed words are replaced where they are shown.
import words from "./words/forms.json";
import { inVietnamese } from "./words.js";

const PLACES = ".fjs-palette-container, .fjs-properties-container, .fjs-editor-palette-container, .fjs-context-pad-container, .fjs-drop-container-vertical";
const ATTRIBUTES = ["title", "placeholder", "aria-label"];

function speakText(node) {
  const text = node.textContent.trim();
  const ours = words[text];
  if (ours && node.parentElement?.closest(PLACES)) node.textContent = node.textContent.replace(text, ours);
}

function speak(root) {
  if (root.nodeType === Node.TEXT_NODE) return speakText(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) speakText(texts.currentNode);
  for (const element of [root, ...root.querySelectorAll("[title], [placeholder], [aria-label]")])
    for (const name of ATTRIBUTES) {
      const ours = words[element.getAttribute(name)];
      if (ours && element.closest(PLACES)) element.setAttribute(name, ours);
    }
}

export function speakForms(frame) {
  if (!inVietnamese()) return;
  speak(frame);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") speakText(change.target);
      for (const node of change.addedNodes) speak(node);
    }
  }).observe(frame, { childList: true, subtree: true, characterData: true });
}
