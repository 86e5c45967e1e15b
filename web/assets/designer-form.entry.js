// The form editor. What a citizen sees is drawn by the server ("Xem thử"); here its questions are put together.
import { FormEditor } from "@bpmn-io/form-js-editor";
import { Form } from "@bpmn-io/form-js-viewer";
import "@bpmn-io/form-js/dist/assets/form-js.css";
import "@bpmn-io/form-js/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js/dist/assets/properties-panel.css";
import "@bpmn-io/form-js-editor/dist/assets/dragula.css";
import "./designer/frame.scss";
import "./designer/forms.scss";
import { start } from "./designer/start.js";
import { nameInVietnamese, speakForms } from "./designer/form-words.js";

start(async (desk, content) => {
  const canvas = desk.root.querySelector("[data-canvas]");
  const schema = JSON.parse(content);
  if (desk.readonly) {
    const form = new Form({ container: canvas });
    await form.importSchema(schema);
    form.setProperty("readOnly", true);
    return {};
  }
  const editor = new FormEditor({ container: canvas });
  await editor.importSchema(schema);
  nameInVietnamese(editor);
  speakForms(canvas);
  const exported = async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`;
  desk.kept = await exported();
  editor.on("commandStack.changed", () => desk.touch());
  return {
    read: exported,
    select: (id) => {
      const registry = editor.get("formFieldRegistry");
      const field = registry.get(id) ?? registry.getAll().find((one) => one.key === id || one.path === id);
      if (!field) return;
      editor.get("selection").set(field);
      canvas.querySelector(`[data-id="${CSS.escape(field.id)}"]`)?.scrollIntoView({ block: "center" });
    },
  };
});
