// What stands around a drawing: letters, fitting, undo and zoom, and the words of the trial run.
const LETTERS = '"Be Vietnam Pro", "Segoe UI", arial, sans-serif';
const READABLE = 0.62;
const MARGIN = 30;
const PALETTE = 120;

export const letters = {
  textRenderer: {
    defaultStyle: { fontFamily: LETTERS, fontSize: 12, lineHeight: 1.35 },
    externalStyle: { fontFamily: LETTERS, fontSize: 11.5, lineHeight: 1.35 },
  },
};

// Whole if it stays readable; otherwise its beginning at a readable size.
export function fit(canvas) {
  canvas.zoom("fit-viewport");
  const { inner, outer, scale } = canvas.viewbox();
  if (scale >= READABLE && scale <= 1.2) return;
  const shown = scale < READABLE ? READABLE : 1.1;
  const width = outer.width / shown;
  const height = outer.height / shown;
  const left = inner.width > width ? inner.x - PALETTE / shown : inner.x + inner.width / 2 - width / 2;
  const top = inner.height > height ? inner.y - MARGIN / shown : inner.y + inner.height / 2 - height / 2;
  canvas.viewbox({ x: left, y: top, width, height });
}

export function offerTools(desk, table) {
  const canvas = table.get("canvas");
  const stack = table.get("commandStack", false);
  fit(canvas);
  const zoom = table.get("zoomScroll", false);
  const acts = {
    undo: () => stack?.undo(),
    redo: () => stack?.redo(),
    fit: () => fit(canvas),
    in: () => zoom?.stepZoom(1),
    out: () => zoom?.stepZoom(-1),
  };
  for (const button of document.querySelectorAll("[data-act]")) button.addEventListener("click", () => acts[button.dataset.act]?.());
  const show = () => {
    for (const [name, able] of [["undo", stack?.canUndo()], ["redo", stack?.canRedo()]]) {
      const button = document.querySelector(`[data-act=${name}]`);
      if (button) button.disabled = !able;
    }
  };
  if (stack) table.on("commandStack.changed", show);
  show();
  new ResizeObserver(() => canvas.resized()).observe(desk.root);
}

// The simulation names its switch in English, and writes it anew at every turn.
export function trialWords(desk, table, frame) {
  const rename = () => {
    const toggle = frame.querySelector(".bts-toggle-mode");
    const text = [...(toggle?.childNodes ?? [])].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (text) text.textContent = `${desk.words.simulate} `;
  };
  rename();
  table.on("tokenSimulation.toggleMode", () => setTimeout(rename));
}
