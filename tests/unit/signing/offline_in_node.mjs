// Judges the vectors with the page's own code: the vectors as they are, every place of the code changed, both ways of checking.
import { readFileSync } from "node:fs";
import { base32, judge, keyOf, readList, signatureHolds, unbase32 } from "../../../web/assets/offline/checking.js";

const vectors = JSON.parse(readFileSync(new URL("offline_vectors.json", import.meta.url)));
const house = "https://motcua.example.vn", now = new Date("2026-03-05T03:00:00Z");
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const key = await keyOf(vectors.key), keys = [key];
const list = await readList(vectors.list, keys, house);
const at = (text, others = {}) => judge(text, { house, keys, list: null, now, ...others });

const code = vectors.code, genuine = await at(code);
const survivors = [];
for (let place = 0; place < code.length; place++) {
  let other = alphabet[(alphabet.indexOf(code[place]) + 1 + (place % 30)) % 32];
  if (other === code[place]) other = other === "7" ? "A" : "7";
  const { verdict } = await at(code.slice(0, place) + other + code.slice(place + 1));
  if (verdict === "genuine") survivors.push(place);
}
const changedLists = [];
for (let place = 0; place < vectors.list.length - 1; place += 7) {
  if (vectors.list[place] === "\n") continue;
  const other = vectors.list[place] === "A" ? "B" : "A";
  const text = vectors.list.slice(0, place) + other + vectors.list.slice(place + 1);
  if (await readList(text, keys, house).catch(() => null)) changedLists.push(place);
}
const [line, signed] = vectors.list.trim().split("\n");
const data = new TextEncoder().encode(`motcua list 1\n${line}`), signature = unbase32(signed.split(".")[1]);
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString("hex")}`);
const high = new Uint8Array([...signature.subarray(0, 32), ...Buffer.from((n - s).toString(16).padStart(64, "0"), "hex")]);
const both = async (given) => [await signatureHolds(key.point, data, given), await signatureHolds(key.point, data, given, { library: true })];
const listed = await at(code, { list });

console.log(JSON.stringify({
  said: genuine.said, verdict: genuine.verdict, survivors, changedLists,
  both: await both(signature), high: await both(high), zero: await both(new Uint8Array(64)),
  stands: listed.stands, acts: listed.acts, state: listed.listState,
  later: (await at(code, { list, now: new Date("2026-03-13T00:00:00Z") })).listState,
  ended: (await at(code, { keys: [{ ...key, ended: "2026-03-05" }] })).verdict,
  elsewhere: (await at(code, { house: "https://motcua.example.com" })).verdict,
  unknown: (await at(code, { keys: [] })).verdict,
  cut: (await at(code.slice(0, -1))).verdict,
  round: base32(unbase32(code.split(".").pop())) === code.split(".").pop(),
}));
