// Checks the evidence of a dossier's history with WebCrypto and nothing else: acts -> head -> seal's root -> signature.
// The same steps as engine/queries/evidence.py; runs in a browser and in node (tests). Knows no page.
import { signerOf } from "./cms.js";

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const text = new TextEncoder();

export function bytesOf(hex) {
  if (typeof hex !== "string" || hex.length % 2 || /[^0-9a-f]/i.test(hex)) throw new Error("no hexadecimal");
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sha256(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

function eightBytes(number) {
  if (!Number.isSafeInteger(number) || number < 0) throw new Error("no whole number");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

class Broken extends Error {
  constructor(step, facts = {}) {
    super(step);
    Object.assign(this, { step, facts });
  }
}

async function digestsOf(acts) {
  const found = [];
  let before = new Uint8Array(32);
  for (const [place, act] of acts.entries()) {
    const number = place + 1;
    const digest = bytesOf(act.digest);
    if (act.number !== number || digest.length !== 32) throw new Broken("acts", { number });
    if (act.content !== null) {
      const line = text.encode("motcua act 2\n");
      const made = await sha256(line, before, eightBytes(number), eightBytes(act.at), bytesOf(act.content));
      if (hexOf(made) !== act.digest) throw new Broken("acts", { number });
    }
    found.push((before = digest));
  }
  return found;
}

async function rootBy(leaf, position, size, path) {
  if (!(Number.isSafeInteger(position) && Number.isSafeInteger(size) && position >= 0 && position < size)) return "";
  let [place, last, found] = [position, size - 1, leaf];
  const half = () => ([place, last] = [Math.floor(place / 2), Math.floor(last / 2)]);
  for (const step of path) {
    if (last === 0) return "";
    if (place % 2 || place === last) {
      found = await sha256(Uint8Array.of(1), bytesOf(step), found);
      while (place % 2 === 0 && place) half();
    } else {
      found = await sha256(Uint8Array.of(1), found, bytesOf(step));
    }
    half();
  }
  return last === 0 ? hexOf(found) : "";
}

const letters = (number, count) =>
  Array.from({ length: count }, (_, at) => LETTERS[Number((number >> BigInt(5 * (count - 1 - at))) & 31n)]).join("");

export async function shortHead(number, digest) {
  const bits = BigInt(`0x${hexOf(digest)}`) >> 166n;
  const check = await sha256(text.encode(`motcua head ${number} ${bits.toString(16)}`));
  const whole = letters(bits, 18) + letters(BigInt(((check[0] << 8) | check[1]) >> 6), 2);
  return `${number}-${whole.match(/.{5}/g).join("-")}`;
}

// How a head is compared whatever strokes, blanks and look-alike letters were typed.
export function bare(head) {
  const [number, ...rest] = head.trim().toUpperCase().split(/[-\s]+/);
  return `${number}-${rest.join("").replaceAll("O", "0").replaceAll("I", "1").replaceAll("L", "1")}`;
}

async function sealedPart(told, digests) {
  const { number, head, position, path, statement } = told.sealed;
  if (!digests[number - 1] || hexOf(digests[number - 1]) !== head) throw new Broken("sealed", { number });
  const sealed = JSON.parse(statement);
  const leaf = await sha256(Uint8Array.of(0), bytesOf(told.mark), eightBytes(number), bytesOf(head));
  const root = await rootBy(leaf, position, sealed.size, path);
  if (!root || root !== sealed.root) throw new Broken("root", { number, day: sealed.day });
  return { number, day: sealed.day, steps: path.length, root };
}

// Goes every step; gives { broken: "" or the first step that does not hold, acts, head, sealed, signer, holds }.
export async function judge(told, typed = "") {
  const found = { broken: "", acts: 0, head: "", sealed: null, signer: null, holds: null, facts: {} };
  try {
    if (told?.format !== "motcua-history/1") throw new Broken("unreadable");
    const digests = await digestsOf(told.acts);
    if (!digests.length) throw new Broken("acts", { number: 1 });
    found.acts = digests.length;
    found.old = told.acts.filter((act) => act.content === null).length;
    found.head = await shortHead(digests.length, digests.at(-1));
    if (typed) {
      const number = parseInt(typed, 10);
      found.holds = Boolean(digests[number - 1]) && bare(typed) === bare(await shortHead(number, digests[number - 1]));
    }
    if (told.sealed) {
      found.sealed = await sealedPart(told, digests);
      if (told.sealed.signature) {
        const signature = Uint8Array.from(atob(told.sealed.signature), (letter) => letter.charCodeAt(0));
        found.signer = await signerOf(signature, text.encode(told.sealed.statement)).catch(() => null);
        if (!found.signer) throw new Broken("signature", { day: found.sealed.day });
      }
    }
  } catch (error) {
    found.broken = error instanceof Broken ? error.step : "unreadable";
    found.facts = error.facts ?? {};
  }
  return found;
}
