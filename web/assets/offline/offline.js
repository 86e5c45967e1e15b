// The page that checks a code without a network: everything it needs stands in the one file it was saved as.
import { Unreadable, judge, keyOf, readList, signedPart } from "./checking.js";
import { inPicture, throughCamera } from "./seeing.js";

const given = JSON.parse(document.getElementById("given").textContent);
const part = (id) => document.getElementById(id);
const STORED = `motcua-list ${given.house}`;
let language = "vi", keys = [], list = null, last = null, looking = null;

const say = (word, values = {}) =>
  (given.words[word]?.[language] ?? word).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const day = (iso) => iso.split("-").reverse().join("/");
const moment = (at) => {
  const [date, time] = new Date(at.getTime() + 7 * 3_600_000).toISOString().split("T");
  return `${time.slice(0, 5)} ${day(date)}`;
};

function make(tag, text, className = "") {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  for (const element of document.querySelectorAll("[data-w]")) element.textContent = say(element.dataset.w);
  document.title = say("title");
  part("language").textContent = chosen === "vi" ? "English" : "Tiếng Việt";
  part("language").lang = chosen === "vi" ? "en" : "vi";
  part("made").textContent = say("made", { moment: moment(new Date(given.made)) });
  part("keys").replaceChildren(...given.keys.map((key) => {
    const line = make("li", say("key_line", { id: key.id.replace(/(.{4})(?=.)/g, "$1 "), from: day(key.from), to: day(key.to) }));
    if (key.ended) line.append(` ${say("key_line_ended", { day: day(key.ended) })}`);
    return line;
  }));
  showList();
  if (last) show(last);
}

function showList(message = "", bad = false) {
  const tooOld = list && new Date() > list.until;
  part("list-now").textContent = !list ? say("list_none")
    : say(tooOld ? "list_old" : "list_fresh", { number: list.number, at: moment(list.at), until: moment(list.until), entries: list.entries });
  part("list-now").className = !list || tooOld ? "aged" : "";
  part("list-said").textContent = message;
  part("list-said").className = bad ? "wrong" : "fine";
}

async function takeList(text) {
  try {
    const found = await readList(text, keys, given.house);
    if (list && found.number < list.number) return showList(say("list_older", { number: found.number }), true);
    list = found;
    try {
      localStorage.setItem(STORED, text);
    } catch { /* a browser that keeps nothing for files: the list holds while the page is open */ }
    showList(say("list_taken"));
    if (last) await check(last.text, false);
  } catch (error) {
    if (!(error instanceof Unreadable) && !(error instanceof TypeError)) throw error;
    showList(say("list_refused"), true);
  }
}

function headline({ verdict, said, acts, listState, stands }) {
  if (verdict !== "genuine") return ["bad", verdict];
  if (!stands) return ["bad", "gone"];
  if (said.sample || said.trial) return ["unsure", said.sample ? "sample" : "trial"];
  if (acts.length) return ["unsure", "acted_on"];
  return listState === "fresh" ? ["good", "genuine"] : ["unsure", listState === "old" ? "genuine_old" : "genuine_none"];
}

function actLine(act) {
  const values = { on: day(act.on), decision: act.decision, authority: act.authority, act: say(`act_${act.kind}`) };
  return make("p", say(act.decision ? "act_line" : "act_line_void", values), "act");
}

function facts(said) {
  const rows = [["number", said.number], ["date", day(said.date)], ["kind", said.kind], ["agency", said.agency], ["holder", said.holder]];
  const table = make("dl");
  for (const [name, value] of rows.filter(([, value]) => value)) table.append(make("dt", say(`f_${name}`)), make("dd", value));
  return table;
}

function show(found) {
  const [tone, word] = headline(found), box = part("verdict"), { said } = found;
  const dates = { at: list ? moment(list.at) : "", host: said ? new URL(said.address).host : "" };
  box.className = `verdict ${tone}`;
  box.replaceChildren(make("p", say(word === "gone" ? "tone_gone" : `tone_${tone}`), "tone"), make("h2", say(`h_${word}`)), make("p", say(`p_${word}`, dates)));
  box.append(...found.acts.map(actLine));
  const readable = said && found.verdict === "genuine";
  if (readable) {
    if (!["sample", "trial"].includes(word) && (said.sample || said.trial)) box.append(make("p", say("h_sample")));
    if (found.stands && ["sample", "trial", "acted_on"].includes(word)) {
      box.append(make("p", say(`list_says_${found.listState}`, dates)));
    }
    box.append(make("p", say("compare"), "compare"), facts(said));
    const link = make("a", say("online"));
    link.href = said.address;
    const online = make("p");
    online.append(link);
    box.append(online);
  }
  box.hidden = false;
  part("file-part").hidden = !readable;
  part("file-said").replaceChildren();
  part("file-said").className = "";
}

async function check(text, move = true) {
  const found = await judge(text, { house: given.house, keys, list, now: new Date() });
  last = { ...found, text };
  show(last);
  if (move) part("verdict").focus();
}

function complain(word) {
  const box = part("verdict");
  last = null;
  box.className = "verdict unsure";
  box.replaceChildren(make("h2", say(word)));
  box.hidden = false;
  part("file-part").hidden = true;
  box.focus();
}

async function usePicture(file) {
  let text = null;
  try {
    text = await inPicture(file);
  } catch {
    return complain("no_picture");
  }
  return text ? check(text) : complain("no_code");
}

async function useCamera() {
  if (looking) return looking.abort();
  looking = new AbortController();
  part("seen").hidden = false;
  part("camera").dataset.w = "camera_stop";
  part("camera").textContent = say("camera_stop");
  try {
    const text = await throughCamera(part("video"), looking.signal);
    if (text) await check(text);
  } catch {
    complain("no_camera");
  } finally {
    looking = null;
    part("seen").hidden = true;
    part("camera").dataset.w = "camera";
    part("camera").textContent = say("camera");
  }
}

async function compareFile(file) {
  const said = part("file-said"), bytes = new Uint8Array(await file.arrayBuffer());
  const signed = last?.said ? await signedPart(bytes, last.said.digest) : null;
  said.className = signed ? "verdict good" : "verdict bad";
  said.replaceChildren(make("h3", say(signed ? "file_same" : "file_other")), make("p", say(signed ? "file_same_more" : "file_other_more")));
  if (signed) {
    const link = make("a", say("file_open"));
    link.href = URL.createObjectURL(new Blob([signed], { type: "application/pdf" }));
    link.download = "ban-lanh-dao-da-ky.pdf";
    const line = make("p");
    line.append(link);
    said.append(line);
  }
}

async function fetchList() {
  try {
    const answer = await fetch(given.list_address, { cache: "no-store", credentials: "omit" });
    if (!answer.ok) throw new TypeError("no list");
    await takeList(await answer.text());
  } catch {
    showList(say("list_unreached"), true);
  }
}

function listen() {
  part("language").addEventListener("click", () => speak(language === "vi" ? "en" : "vi"));
  part("check").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = part("text").value.trim();
    return text ? check(text) : complain("nothing");
  });
  // A scanner in the hand types the code and ends with Enter.
  part("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      part("check").requestSubmit();
    }
  });
  const onFile = (id, use) => part(id).addEventListener("change", ({ target }) => {
    if (target.files[0]) use(target.files[0]);
    target.value = "";
  });
  onFile("picture", usePicture);
  onFile("file", compareFile);
  onFile("list-file", async (file) => takeList(await file.text()));
  part("list-text").addEventListener("change", ({ target }) => target.value.trim() && takeList(target.value));
  part("list-fetch").addEventListener("click", fetchList);
  part("camera").addEventListener("click", useCamera);
  part("camera").hidden = !navigator.mediaDevices?.getUserMedia;
  part("save").hidden = !location.protocol.startsWith("http");
  addEventListener("hashchange", fromAddress);
}

const fromAddress = () => location.hash.length > 20 && check(location.hash.slice(1));

async function start() {
  keys = await Promise.all(given.keys.map(keyOf));
  let stored = "";
  try {
    stored = localStorage.getItem(STORED) ?? "";
  } catch { /* as above */ }
  for (const text of [given.list, stored].filter(Boolean)) {
    const found = await readList(text, keys, given.house).catch(() => null);
    if (found && (!list || found.number > list.number)) list = found;
  }
  listen();
  speak(location.search.includes("en") ? "en" : "vi");
  part("ready").hidden = false;
  part("text").focus({ preventScroll: true });
  await fromAddress();
}

start();
