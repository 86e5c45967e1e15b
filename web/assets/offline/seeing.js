// Finding a QR in a picture: by the browser's own reader where there is one, else by the one built in.
import jsQR from "jsqr";

const SIDES = [1000, 1600, 700];

async function reader() {
  try {
    const kinds = await globalThis.BarcodeDetector?.getSupportedFormats();
    return kinds?.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

// A part of a picture (the whole of it unless said) as pixels, its longer side `side` long.
function drawn(source, width, height, side, { left = 0, top = 0, grow = false } = {}) {
  const scale = Math.min(grow ? 3 : 1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

// The whole picture, then nine overlapping quarters of it enlarged: on a photo of a whole page the code is small.
function* parts(picture) {
  for (const side of SIDES) yield drawn(picture, picture.width, picture.height, side);
  const width = Math.ceil(picture.width / 2), height = Math.ceil(picture.height / 2);
  for (const down of [0.5, 0.25, 0]) {
    for (const along of [0, 0.25, 0.5]) {
      const place = { left: Math.floor(picture.width * along), top: Math.floor(picture.height * down), grow: true };
      yield drawn(picture, width, height, 1600, place);
    }
  }
}

export async function inPicture(file) {
  const picture = await createImageBitmap(file);
  try {
    const native = await reader();
    const found = native ? await native.detect(picture).catch(() => []) : [];
    if (found.length) return found[0].rawValue;
    for (const part of parts(picture)) {
      const text = readFrom(part);
      if (text) return text;
    }
    return null;
  } finally {
    picture.close();
  }
}

// Looks through the camera until a code is found (its text) or `signal` ends it (null).
export async function throughCamera(video, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  try {
    video.srcObject = stream;
    await video.play();
    const native = await reader();
    while (!signal.aborted) {
      if (video.videoWidth) {
        const found = native ? (await native.detect(video).catch(() => []))[0]?.rawValue : look(video);
        if (found) return found;
      }
      await new Promise((done) => setTimeout(done, 120));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

const readFrom = ({ data, width, height }) => jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;

const look = (video) => readFrom(drawn(video, video.videoWidth, video.videoHeight, 1000));
