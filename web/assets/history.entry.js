// The page of a dossier's history: this browser itself checks what the house says, and tells each step in words.
import { judge } from "./scripts/history.js";

const ORDER = ["acts", "holds", "sealed", "root", "signature"];

function say(words, facts) {
  return words.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}

const asRead = (day) => day?.split("-").reverse().join("/");
const inFours = (key) => key.match(/.{1,4}/g).join(" ");

function lines(found, words, typed) {
  const stop = found.broken === "unreadable" ? 0 : ORDER.indexOf(found.broken);
  const reached = (step) => !found.broken || ORDER.indexOf(step) < stop;
  const said = [];
  if (reached("acts")) said.push([true, say(words.acts, { count: found.acts, head: found.head })]);
  if (reached("acts") && found.old) said.push([null, say(words.old, { count: found.old })]);
  if (typed && found.holds !== null) said.push([found.holds, found.holds ? words.holds : words.foreign]);
  if (reached("root") && found.sealed) said.push([true, say(words.sealed, { ...found.sealed, day: asRead(found.sealed.day) })]);
  if (!found.broken && !found.sealed) said.push([null, words.unsealed]);
  if (found.signer) {
    const { name, key } = found.signer;
    said.push([true, say(words.signed, { name, key: inFours(key), day: asRead(found.sealed.day) })]);
  }
  if (!found.signer && !found.broken && found.sealed) said.push([null, words.unsigned]);
  if (found.broken) said.push([false, say(words[`broken_${found.broken}`], { ...found.facts, day: asRead(found.facts.day) })]);
  return said;
}

function show(place, said) {
  const list = document.createElement("ul");
  list.className = "govuk-list history-steps";
  for (const [holds, words] of said) {
    const line = document.createElement("li");
    line.className = `history-step history-step--${holds === null ? "open" : holds ? "good" : "bad"}`;
    line.textContent = words;
    list.append(line);
  }
  place.replaceChildren(list);
}

async function check(place) {
  const words = JSON.parse(place.dataset.words);
  if (!globalThis.crypto?.subtle) return show(place, [[null, words.insecure]]);
  try {
    const answer = await fetch(place.dataset.source, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await judge(await answer.json(), place.dataset.typed);
    place.dataset.outcome = found.broken || (found.holds === false ? "foreign" : "whole");
    show(place, lines(found, words, place.dataset.typed));
  } catch {
    show(place, [[null, words.away]]);
  }
}

for (const place of document.querySelectorAll("[data-history]")) check(place);
