// The process editor: bpmn-js with the properties of the zeebe dialect, our own task types as templates.
import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  ZeebePropertiesProviderModule,
} from "bpmn-js-properties-panel";
import ZeebeBehaviorsModule from "camunda-bpmn-js-behaviors/lib/camunda-cloud";
import { CloudElementTemplatesPropertiesProviderModule } from "bpmn-js-element-templates";
import ElementTemplateChooserModule from "@bpmn-io/element-template-chooser";
import TokenSimulationModule from "bpmn-js-token-simulation";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import modelerNames from "modeler-moddle/resources/modeler.json";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";
import "bpmn-js-element-templates/dist/assets/element-templates.css";
import "@bpmn-io/element-template-chooser/dist/element-template-chooser.css";
import "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css";
import "./designer/frame.scss";
import { start } from "./designer/start.js";
import { offerTools, letters, trialWords } from "./designer/canvas.js";
import { translateModule } from "./designer/words.js";

// What an office changes most stands open: the name, who does it, its form, its headers, its way on.
const OPEN = Object.fromEntries(
  ["general", "assignmentDefinition", "form", "taskDefinition", "headers", "condition", "ElementTemplates__CustomProperties"].map((id) => [id, { open: true }]),
);
const names = { zeebe, modeler: modelerNames };

async function templates(desk) {
  const answer = await fetch(desk.root.dataset.templates, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : [];
}

function drawingTable(desk, canvas) {
  const panel = desk.root.querySelector("[data-panel]");
  if (desk.readonly)
    return new NavigatedViewer({ container: canvas, moddleExtensions: names, ...letters, additionalModules: [translateModule] });
  return new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel, layout: { open: true, groups: OPEN } },
    moddleExtensions: names,
    keyboard: { bind: true },
    ...letters,
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      ZeebeBehaviorsModule,
      CloudElementTemplatesPropertiesProviderModule,
      ElementTemplateChooserModule,
      TokenSimulationModule,
      translateModule,
    ],
  });
}

function selecting(table) {
  return (id) => {
    const element = table.get("elementRegistry").get(id);
    if (!element) return;
    const canvas = table.get("canvas");
    const shown = canvas.getRootElement();
    if (canvas.findRoot(element) && canvas.findRoot(element) !== shown) canvas.setRootElement(canvas.findRoot(element));
    table.get("selection", false)?.select(element);
    canvas.scrollToElement(element, 120);
  };
}

start(async (desk, content) => {
  const canvas = desk.root.querySelector("[data-canvas]");
  const table = drawingTable(desk, canvas);
  if (!desk.readonly) {
    table.on("elementTemplates.errors", ({ errors }) => console.error("element templates", errors));
    table.get("elementTemplatesLoader").setTemplates(await templates(desk));
  }
  await table.importXML(content);
  const exported = async () => (await table.saveXML({ format: true })).xml;
  offerTools(desk, table);
  trialWords(desk, table, canvas);
  // What the editor writes for an untouched drawing is what "unchanged" means, whatever tool wrote the file.
  if (!desk.readonly) {
    desk.kept = await exported();
    table.on("commandStack.changed", () => desk.touch());
  }
  return { read: exported, select: selecting(table) };
});
