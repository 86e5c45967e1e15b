// A menu that opens over the page closes again when one turns elsewhere; without script, by its own button.
export function closeMenus(body) {
  const others = (target) => [...body.querySelectorAll("details[data-closes][open]")].filter((menu) => !menu.contains(target));
  const close = ({ target }) => others(target).forEach((menu) => (menu.open = false));
  body.addEventListener("click", close);
  body.addEventListener("focusin", close);
  body.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details[data-closes][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
