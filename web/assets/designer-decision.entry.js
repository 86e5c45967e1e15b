// The editor of decision tables.
import Modeler from "dmn-js/lib/Modeler";
import NavigatedViewer from "dmn-js/lib/NavigatedViewer";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import "./designer/frame.scss";
import "./designer/tables.scss";
import { start } from "./designer/start.js";
import { translateModule } from "./designer/words.js";

const KINDS = ["drd", "decisionTable", "literalExpression", "boxedExpression"];

function tool(desk, canvas) {
  const speaking = Object.fromEntries(KINDS.map((kind) => [kind, { additionalModules: [translateModule] }]));
  const Tool = desk.readonly ? NavigatedViewer : Modeler;
  return new Tool({ container: canvas, ...speaking });
}

// A bundle with one table opens on the table, not on a picture with one box.
function firstView(views) {
  const tables = views.filter((view) => view.type !== "drd");
  return tables.length === 1 ? tables[0] : (views[0] ?? null);
}

start(async (desk, content) => {
  const canvas = desk.root.querySelector("[data-canvas]");
  const table = tool(desk, canvas);
  const heard = new Set();
  table.on("viewer.created", ({ viewer }) => {
    if (desk.readonly || heard.has(viewer)) return;
    heard.add(viewer);
    viewer.on("commandStack.changed", () => desk.touch());
  });
  await table.importXML(content, { open: false });
  const first = firstView(table.getViews());
  if (first) await table.open(first);
  const exported = async () => (await table.saveXML({ format: true })).xml;
  if (!desk.readonly) desk.kept = await exported();
  return {
    read: exported,
    select: (id) => {
      const view = table.getViews().find((one) => one.element.id === id || content.indexOf(`id="${id}"`) > content.indexOf(`id="${one.element.id}"`) && one.type !== "drd");
      if (view) table.open(view);
    },
  };
});
