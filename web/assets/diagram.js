// The picture of a process for reading: done and current steps marked, the frame as high as the drawing needs.
// Markup: the macro process_picture in web/ui/templates/ui/case.html. The bpmn.io mark stays where its licence wants it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";

const LETTERS = '"Be Vietnam Pro", "Segoe UI", arial, sans-serif';
const MARGIN = 24;
const TALLEST = 0.72;
const SMALLEST_READABLE = 0.8;

function viewerIn(frame) {
  return new NavigatedViewer({
    container: frame,
    textRenderer: {
      defaultStyle: { fontFamily: LETTERS, fontSize: 12, lineHeight: 1.35 },
      externalStyle: { fontFamily: LETTERS, fontSize: 11.5, lineHeight: 1.35 },
    },
  });
}

// Where to begin showing: all of it in the middle when it fits, else around the current step, else its beginning.
function beginning(low, size, shown, margin, wanted) {
  if (size + 2 * margin <= shown) return low + size / 2 - shown / 2;
  return Math.max(low - margin, Math.min(wanted - shown / 2, low + size + margin - shown));
}

// As high as the drawing at the frame's width, within the window; never a small drawing lost in an empty frame.
function fit(frame, canvas, current) {
  const { inner } = canvas.viewbox();
  if (!inner.width || frame.clientWidth <= 2 * MARGIN) return;
  const scale = Math.min((frame.clientWidth - 2 * MARGIN) / inner.width, 1.15);
  const readable = Math.max(scale, SMALLEST_READABLE);
  const height = Math.min(inner.height * readable + 2 * MARGIN, window.innerHeight * TALLEST);
  frame.style.height = `${Math.max(Math.round(height), 150)}px`;
  canvas.resized();
  const width = frame.clientWidth / readable;
  const tall = frame.clientHeight / readable;
  const margin = MARGIN / readable;
  const x = beginning(inner.x, inner.width, width, margin, current ? current.x + current.width / 2 : inner.x);
  const y = beginning(inner.y, inner.height, tall, margin, current ? current.y + current.height / 2 : inner.y);
  canvas.viewbox({ x, y, width, height: tall });
}

function mark(viewer, figure) {
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  const overlays = viewer.get("overlays");
  const ids = (name) => (figure.dataset[name] ?? "").split(" ").filter((id) => id && elements.get(id));
  const current = ids("current");
  for (const id of ids("done")) if (!current.includes(id)) canvas.addMarker(id, "is-done");
  for (const id of current) canvas.addMarker(id, "is-current");
  for (const [id, words] of Object.entries(JSON.parse(figure.dataset.badges || "{}"))) {
    if (!elements.get(id)) continue;
    const badge = document.createElement("span");
    badge.className = "picture__badge";
    badge.textContent = words;
    overlays.add(id, { position: { top: -12, right: 26 }, html: badge });
  }
  return elements.get(current[0]);
}

function name(figure, frame) {
  const picture = frame.querySelector(".djs-container > svg");
  if (!picture) return;
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", figure.querySelector("figcaption")?.textContent.trim() ?? "");
  picture.setAttribute("tabindex", "0");
}

async function show(figure) {
  const frame = figure.querySelector("[data-diagram-frame]");
  const tools = figure.querySelector("[data-diagram-tools]");
  try {
    const answer = await fetch(figure.dataset.source, { headers: { Accept: "application/xml" } });
    if (!answer.ok) throw new Error(`the drawing answered ${answer.status}`);
    const xml = await answer.text();
    frame.hidden = false;
    const viewer = viewerIn(frame);
    await viewer.importXML(xml);
    const canvas = viewer.get("canvas");
    const current = mark(viewer, figure);
    fit(frame, canvas, current);
    name(figure, frame);
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const wish = event.target.closest("[data-zoom]")?.dataset.zoom;
      if (wish === "fit") fit(frame, canvas, current);
      else if (wish) viewer.get("zoomScroll").stepZoom(wish === "in" ? 1 : -1);
    });
    let width = frame.clientWidth;
    new ResizeObserver(() => {
      if (frame.clientWidth === width) return;
      width = frame.clientWidth;
      fit(frame, canvas, current);
    }).observe(frame);
    const outline = figure.querySelector("[data-diagram-outline]");
    if (outline) outline.open = false;
  } catch (error) {
    frame.hidden = true;
    figure.querySelector("[data-diagram-failed]").hidden = false;
    console.warn(error);
  }
}

for (const figure of document.querySelectorAll("[data-diagram]")) show(figure);
