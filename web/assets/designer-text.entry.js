// The plain editor for letters, settings and lists: a text area whose Tab key stays the browser's.
import "./designer/frame.scss";
import { start } from "./designer/start.js";

function lineOf(text, wanted) {
  const line = /^dòng (\d+)$/.exec(wanted)?.[1];
  if (line) return Number(line) - 1;
  const last = wanted.split(".").pop();
  return text.split("\n").findIndex((row) => row.includes(wanted) || row.trimStart().startsWith(`${last} `) || row.trimStart().startsWith(`${last}=`));
}

start(async (desk, content) => {
  const area = desk.root.querySelector("[data-text]");
  area.value = content;
  area.readOnly = desk.readonly;
  area.setSelectionRange(0, 0);
  area.addEventListener("input", () => desk.touch());
  const windows = content.includes("\r\n");
  return {
    read: async () => (windows ? area.value.replaceAll("\n", "\r\n") : area.value),
    select: (wanted) => {
      const line = lineOf(area.value, wanted);
      if (line < 0) return area.focus();
      const rows = area.value.split("\n");
      const from = rows.slice(0, line).join("\n").length + (line ? 1 : 0);
      area.focus();
      area.setSelectionRange(from, from + rows[line].length);
      area.scrollTop = (area.scrollHeight / rows.length) * Math.max(0, line - 6);
    },
  };
});
