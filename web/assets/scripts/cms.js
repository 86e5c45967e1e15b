// Just enough of CMS (RFC 5652) to check one detached signature over a statement with WebCrypto: ECDSA or RSA.
// Whether the certificate is to be trusted is not judged here: the page shows its key to be compared.
const HASHES = { "608648016503040201": "SHA-256", "608648016503040202": "SHA-384", "608648016503040203": "SHA-512" };
const CURVES = { "2a8648ce3d030107": ["P-256", 32], "2b81040022": ["P-384", 48], "2b81040023": ["P-521", 66] };
const RSA = "2a864886f70d010101";
const MESSAGE_DIGEST = "2a864886f70d010904";
const WHICH_CERTIFICATE = "2a864886f70d010910022f";
const COMMON_NAME = "550403";

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// One DER value at a place: its tag, its whole bytes, its content, and where the next one begins.
function value(data, at) {
  const tag = data[at];
  let size = data[at + 1];
  let start = at + 2;
  if (size > 127) {
    const count = size & 127;
    if (count < 1 || count > 4) throw new Error("no DER");
    size = data.subarray(start, (start += count)).reduce((sum, byte) => sum * 256 + byte, 0);
  }
  if (!(start + size <= data.length)) throw new Error("no DER");
  return { tag, whole: data.subarray(at, start + size), content: data.subarray(start, start + size), next: start + size };
}

function inside({ content }) {
  const found = [];
  for (let at = 0; at < content.length; at = found.at(-1).next) found.push(value(content, at));
  return found;
}

const tagged = (values, tag) => values.find((one) => one.tag === tag);

function partsOf(signature) {
  const [, wrapped] = inside(value(signature, 0));
  const signed = inside(inside(wrapped)[0]);
  const signers = inside(signed.at(-1));
  if (signers.length !== 1) throw new Error("one signature is wanted");
  const [, who, algorithm, attributes, , made] = inside(signers[0]);
  const certificates = inside(tagged(signed, 0xa0)).map((one) => ({ whole: one.whole, parts: inside(inside(one)[0]) }));
  const [issuer, serial] = inside(who).map((one) => hex(one.whole));
  const certificate = certificates.find(({ parts }) => hex(parts[1].whole) === serial && hex(parts[3].whole) === issuer);
  if (!certificate || attributes.tag !== 0xa0) throw new Error("no certificate of the signer");
  return { hash: HASHES[hex(inside(algorithm)[0].content)], attributes, made: made.content, certificate };
}

function attribute(attributes, kind) {
  const found = inside(attributes).filter((one) => hex(inside(one)[0].content) === kind);
  if (found.length !== 1) throw new Error("an attribute is missing");
  return inside(inside(found[0])[1])[0];
}

function plainOf(signature, size) {
  const numbers = inside(value(signature, 0)).map(({ content }) => {
    const bare = content[0] === 0 ? content.subarray(1) : content;
    const filled = new Uint8Array(size);
    filled.set(bare, size - bare.length);
    return filled;
  });
  return Uint8Array.from([...numbers[0], ...numbers[1]]);
}

async function verified(key, hash, made, data) {
  const [kind, curve] = inside(inside(key)[0]).map((one) => hex(one.content));
  if (kind === RSA) {
    const way = { name: "RSASSA-PKCS1-v1_5", hash };
    return crypto.subtle.verify(way, await crypto.subtle.importKey("spki", key.whole, way, false, ["verify"]), made, data);
  }
  const [namedCurve, size] = CURVES[curve];
  const imported = await crypto.subtle.importKey("spki", key.whole, { name: "ECDSA", namedCurve }, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash }, imported, plainOf(made, size), data);
}

function nameOf(subject) {
  const parts = inside(subject).flatMap(inside).map(inside);
  const found = parts.find(([kind]) => hex(kind.content) === COMMON_NAME);
  return found ? new TextDecoder().decode(found[1].content) : "";
}

// Who signed these bytes: { name, key: SHA-256 of the public key }; throws when the signature is not over them.
export async function signerOf(signature, statement) {
  const { hash, attributes, made, certificate } = partsOf(signature);
  const digest = async (name, data) => new Uint8Array(await crypto.subtle.digest(name, data));
  const told = attribute(attributes, MESSAGE_DIGEST).content;
  if (!hash || hex(told) !== hex(await digest(hash, statement))) throw new Error("signed was another statement");
  const named = hex(attribute(attributes, WHICH_CERTIFICATE).whole);
  if (!named.includes(hex(await digest(hash, certificate.whole)))) throw new Error("signed with another certificate");
  const asSet = Uint8Array.from(attributes.whole);
  asSet[0] = 0x31;
  const key = certificate.parts[6];
  if (!(await verified(key, hash, made, asSet))) throw new Error("the signature does not hold");
  return { name: nameOf(certificate.parts[5]), key: hex(await digest("SHA-256", key.whole)) };
}
