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

function drawn(source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

export async function inPicture(file) {
  const picture = await createImageBitmap(file);
  try {
    const native = await reader();
    const found = native ? await native.detect(picture).catch(() => []) : [];
    if (found.length) return found[0].rawValue;
    for (const side of SIDES) {
      const { data, width, height } = drawn(picture, picture.width, picture.height, side);
      const code = jsQR(data, width, height);
      if (code) return code.data;
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

function look(video) {
  const { data, width, height } = drawn(video, video.videoWidth, video.videoHeight, 1000);
  return jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
}
