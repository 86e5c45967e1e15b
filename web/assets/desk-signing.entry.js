// Has the token in this very PC sign a list: digests go to its helper on the loopback, signatures come back to the house.
// The protocol is docs/desk-helper.md. Nothing is used before the list itself is confirmed.
import { formKey } from "./scripts/request.js";

const PATH = "/motcua/v1";

class Refused extends Error {}

async function askHouse(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": formKey() },
    body: JSON.stringify(body),
  }).catch(() => { throw new Error("away"); });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function askHelper(helper, door, body) {
  const answer = await fetch(`${helper}${PATH}/${door}`, {
    method: "POST",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.message || told.error || String(answer.status));
  return told;
}

async function signAll(place, say) {
  const { helper, prepare, answer, digest, all } = place.dataset;
  const skip = [];
  const problems = [];
  let made = 0;
  for (;;) {
    const asked = await askHouse(prepare, { skip });
    for (const one of asked.left_out) {
      skip.push(one.task);
      problems.push(`${one.code}: ${one.words}`);
    }
    if (asked.items.length) {
      const { challenge } = await askHelper(helper, "challenge", {});
      const { signatures } = await askHelper(helper, "sign", {
        challenge,
        certificate: asked.certificate,
        algorithm: asked.algorithm,
        list: { digest, papers: Number(all) },
        digests: asked.items.map((one) => one.digest),
      });
      const kept = await askHouse(answer, {
        signatures: asked.items.map((one, at) => ({ challenge: one.challenge, signature: signatures[at] })),
      });
      made += kept.made;
      if (kept.refused.length) throw new Refused(kept.refused[0]);
      say(`${place.dataset.working}${made}/${all}`);
    }
    if (!asked.left && !asked.items.length) return problems;
  }
}

function furnish(place) {
  const form = document.getElementById("ky-danh-sach");
  const state = place.querySelector("[data-desk-state]");
  const say = (words) => { state.textContent = words; };
  let ready = false;
  form.addEventListener("submit", async (event) => {
    if (ready) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const problems = await signAll(place, say);
      if (problems.length) say(problems.join(" "));
      ready = true;
      form.submit();
    } catch (fault) {
      if (fault instanceof Refused) say(place.dataset.refused + fault.message);
      else say(fault instanceof TypeError ? place.dataset.away : place.dataset.lost);
      button.disabled = false;
    }
  });
}

for (const place of document.querySelectorAll("[data-desk-signing]")) furnish(place);
