// What may be said of a code on a result, with nothing but public keys and a list carried along. The same rules as
// signing/offline*.py, written a second time on purpose: docs/offline-qr.md says them, the vectors hold both to it.
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const MOST = 1400;
const FORM = /^((https?:\/\/[!-"$-~]+\/v\/([A-Z2-7]{12}))#1([A-Z2-7]+))\.([A-Z2-7]+)$/;
const DAY = 86_400_000;
const KINDS = { c: "corrected", a: "amended", r: "replaced", w: "withdrawn", x: "cancelled", v: "void" };
const STANDING = new Set(["corrected", "amended"]);
const utf8 = new TextEncoder();

export class Unreadable extends Error {}

export function unbase32(text) {
  if (![0, 2, 4, 5, 7].includes(text.length % 8)) throw new Unreadable("length");
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0, bits = 0, at = 0;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) throw new Unreadable("letter");
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  if (held & ((1 << bits) - 1)) throw new Unreadable("spare bits");
  return bytes;
}

export function base32(bytes) {
  let held = 0, bits = 0, text = "";
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return bits ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const number = (bytes) => BigInt(`0x${hex(bytes)}`);

// On pages that are not served securely a browser hides its own cryptography; the library built in steps in.
const native = globalThis.crypto?.subtle;

export async function digest(bytes) {
  return native ? new Uint8Array(await native.digest("SHA-256", bytes)) : sha256(bytes);
}

export async function signatureHolds(point, data, signature, { library = !native } = {}) {
  if (signature.length !== 64) return false;
  const r = number(signature.subarray(0, 32)), s = number(signature.subarray(32));
  if (r <= 0n || r >= ORDER || s <= 0n || s > ORDER / 2n) return false;
  try {
    if (library) return p256.verify(signature, data, point, { format: "compact", lowS: true, prehash: true });
    const key = await native.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    return await native.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, data);
  } catch {
    return false;
  }
}

function formOf(text) {
  const form = text.length <= MOST ? FORM.exec(text) : null;
  if (!form) throw new Unreadable("form");
  const [, before, address, code, written, signed] = form;
  const signature = unbase32(signed), body = unbase32(written);
  if (signature.length !== 64 || body.length < 48) throw new Unreadable("length");
  return { address, code, body, signature, keyId: hex(body.subarray(1, 9)), data: utf8.encode(`motcua QR 1\n${before}`) };
}

function saidBy({ address, code, body, keyId }) {
  if (body[0] > 3) throw new Unreadable("a mark nobody knows");
  const texts = [];
  let at = 44;
  for (let count = 0; count < 4; count++) {
    const end = at + 1 + body[at];
    if (!(end <= body.length)) throw new Unreadable("cut off");
    texts.push(plain(body.subarray(at + 1, end)));
    at = end;
  }
  if (at !== body.length || !texts[0] || !texts[1] || !texts[2]) throw new Unreadable("texts");
  const days = (body[9] << 16) | (body[10] << 8) | body[11];
  const said = {
    address, code, keyId, date: new Date(days * DAY).toISOString().slice(0, 10),
    digest: hex(body.subarray(12, 44)), number: texts[0], kind: texts[1], agency: texts[2], holder: texts[3],
    sample: Boolean(body[0] & 1), trial: Boolean(body[0] & 2),
  };
  if (said.date.length !== 10) throw new Unreadable("no such day");
  return said;
}

function plain(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable("no text");
  }
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) throw new Unreadable("invisible signs");
  return text;
}

export async function keyOf(given) {
  const point = unbase32(given.key);
  const key = {
    id: given.id, point, from: given.from, to: given.to, by: given.by ?? "", sig: given.sig ? unbase32(given.sig) : null,
    ended: given.ended ?? "", why: given.why ?? "",
    vouched: utf8.encode(`motcua key 1\n${given.id} ${given.key} ${given.from} ${given.to}`),
  };
  if (hex((await digest(point)).subarray(0, 8)) !== key.id) throw new Unreadable("another key's id");
  return key;
}

// Keys one may believe: those known, and every key vouched for by one believed; none that was given up.
async function believed(offered, known) {
  const trusted = new Map(known.filter((key) => !key.ended).map((key) => [key.id, key]));
  for (let turn = 0; turn < offered.length; turn++) {
    for (const key of offered) {
      const before = trusted.get(key.by);
      if (key.ended || trusted.has(key.id) || !before || !key.sig) continue;
      if (await signatureHolds(before.point, key.vouched, key.sig)) trusted.set(key.id, key);
    }
  }
  return trusted;
}

export async function readList(text, known, house) {
  const whole = text.replaceAll("\r\n", "\n").trim(), cut = whole.indexOf("\n");
  if (cut < 0) throw new Unreadable("two lines");
  const line = whole.slice(0, cut), [keyId, signature] = whole.slice(cut + 1).trim().split(".", 2);
  let said;
  try {
    said = JSON.parse(line);
  } catch {
    throw new Unreadable("no list");
  }
  if (said?.v !== 1 || said.of !== house || !Array.isArray(said.keys) || !Array.isArray(said.gone)) {
    throw new Unreadable("no list of this house");
  }
  const keys = await Promise.all(said.keys.map(keyOf));
  const signer = (await believed(keys, known)).get(keyId);
  if (!signer) throw new Unreadable("unknown key");
  if (!(await signatureHolds(signer.point, utf8.encode(`motcua list 1\n${line}`), unbase32(signature ?? "")))) {
    throw new Unreadable("changed");
  }
  const acts = new Map();
  for (const [name, letter, on, decision, place] of said.gone) {
    const act = { kind: KINDS[letter], on, decision, authority: said.by[place] };
    acts.set(name, [...(acts.get(name) ?? []), act]);
  }
  return { number: said.no, at: new Date(said.at), until: new Date(said.until), entries: acts.size, keys, acts, text };
}

// { verdict, said, acts, listState, stands }: see signing/offline_judging.py.
export async function judge(text, { house, keys, list, now }) {
  const code = tried(() => formOf(text.trim()));
  if (!code) return { verdict: "not_a_code", acts: [] };
  const offered = list?.keys ?? [];
  const ended = [...offered, ...keys].filter((key) => key.ended);
  const key = ended.find((one) => one.id === code.keyId) ?? (await believed(offered, keys)).get(code.keyId);
  if (!key) return { verdict: "unknown_key", acts: [] };
  if (!(await signatureHolds(key.point, code.data, code.signature))) return { verdict: "changed", acts: [] };
  const said = tried(() => saidBy(code));
  if (!said) return { verdict: "not_a_code", acts: [] };
  if (key.ended) return { verdict: "key_ended", said, key, acts: [] };
  if (said.address.slice(0, -15) !== house) return { verdict: "elsewhere", said, acts: [] };
  const earliest = new Date(Date.parse(key.from) - 366 * DAY).toISOString().slice(0, 10);
  if (said.date < earliest || said.date > key.to) return { verdict: "wrong_date", said, acts: [] };
  const name = base32((await digest(utf8.encode(said.code))).subarray(0, 8));
  const acts = list?.acts.get(name) ?? [];
  const stands = !acts.length || STANDING.has(acts[acts.length - 1].kind);
  return { verdict: "genuine", said, acts, stands, listState: stateOf(list, said, now) };
}

// What is not in its one form is null, every other fault is a fault of ours.
function tried(reading) {
  try {
    return reading();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

// A list made before the paper, or no longer to be relied on, says nothing of what happened since.
function stateOf(list, said, now) {
  if (!list) return "none";
  const madeOn = new Date(list.at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
  return now <= list.until && said.date <= madeOn ? "fresh" : "old";
}

// The part of a PDF that the leader signed: a beginning of the file that ends with %%EOF and has the digest of the code.
export async function signedPart(file, wanted) {
  for (let at = file.length - 5, tried = 0; at > 0 && tried < 60; at--) {
    if (file[at] !== 37 || file[at + 1] !== 37 || file[at + 2] !== 69 || file[at + 3] !== 79 || file[at + 4] !== 70) continue;
    tried++;
    for (const end of endsAfter(file, at + 5)) {
      const part = file.subarray(0, end);
      if (hex(await digest(part)) === wanted) return part;
    }
  }
  return null;
}

function endsAfter(file, end) {
  const ends = [end];
  if (file[end] === 13) ends.push(end + 1);
  if (file[end] === 10) ends.push(end + 1);
  if (file[end] === 13 && file[end + 1] === 10) ends.push(end + 2);
  return ends;
}
