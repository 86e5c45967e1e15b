// What follows the "#" of a scanned code never reaches the server: a link takes it along to the page that checks it.
export function carryCode(page = document) {
  const place = page.querySelector("[data-carries-code]");
  if (!place || !/^#1[A-Z2-7]+\.[A-Z2-7]+$/.test(location.hash)) return;
  const link = place.querySelector("a");
  // The address is the one that was signed: a redirect may have led to another spelling of it.
  link.href = `${link.getAttribute("href")}#${place.dataset.carriesCode}${location.hash}`;
  place.hidden = false;
}
