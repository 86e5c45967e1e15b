// The list of files leads to another editor, after what is on the screen was saved.
export function offerFiles(desk) {
  const list = desk.root.querySelector("[data-go]");
  const present = list?.value;
  list?.addEventListener("change", async () => {
    if (await desk.flush()) location.assign(list.value);
    else list.value = present;
  });
  for (const link of desk.root.querySelectorAll("[data-preview-link]"))
    link.addEventListener("click", async (event) => {
      if (!desk.dirty && !desk.running) return;
      event.preventDefault();
      if (await desk.flush()) open(link.href, "_blank", "noopener");
    });
}
