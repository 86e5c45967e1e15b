// Two windows changed the same file: both versions are kept until a person has chosen.
export function askConflict(desk, content, theirs) {
  const dialog = document.querySelector("[data-conflict]");
  const own = dialog.querySelector("[data-own]");
  own.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  own.download = desk.path.split("/").pop();
  dialog.querySelector("[data-conflict-words]").textContent = theirs.message;
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      URL.revokeObjectURL(own.href);
      resolve(dialog.returnValue);
    }, { once: true });
  });
}
