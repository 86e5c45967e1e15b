// One file on the drawing board: fetched, kept safe while it is worked on, never written over what another window saved.
import { clockWords, formKey } from "../scripts/request.js";
import { askConflict } from "./conflict.js";

const PAUSE = 900;
const RETRY = 5000;

export class Desk {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.readonly = root.dataset.readonly === "yes";
    this.path = root.dataset.path;
    this.state = root.querySelector("[data-save-state]");
    this.was = null;
    this.kept = null;
    this.read = null;
    this.dirty = false;
    this.timer = null;
    this.running = null;
    addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        this.flush();
      }
    });
    // A page that is being left sends what it has; what cannot be sent any more is asked about by the browser.
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
  }

  async open() {
    const answer = await fetch(this.root.dataset.content, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error((await this.reason(answer)) || this.words.unreachable);
    const { content, digest } = await answer.json();
    this.was = digest;
    this.kept = content;
    return content;
  }

  // `read` gives the file as it stands on the screen, now or soon.
  begin(read) {
    this.read = read;
  }

  touch() {
    if (this.readonly || !this.read) return;
    this.dirty = true;
    this.tell(this.words.changed, "changed");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE);
  }

  // One save at a time; whoever comes while one runs waits for it and then saves what is new.
  async flush() {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (!this.dirty || this.readonly) return !this.dirty;
    this.running = this.save().finally(() => (this.running = null));
    return this.running;
  }

  async save() {
    const content = await this.read();
    this.dirty = false;
    if (content === this.kept) {
      this.tell(this.words.unchanged, "saved");
      return true;
    }
    this.tell(this.words.saving, "saving");
    try {
      const answer = await this.send(content, this.was);
      if (answer.status === 409) return this.overtaken(content, await answer.json());
      if (!answer.ok) return this.failed((await this.reason(answer)) || this.words.failed);
      const { digest, at } = await answer.json();
      this.was = digest;
      this.kept = content;
      if (!this.dirty) this.tell(`${this.words.saved} ${clockWords(new Date(at))}`, "saved");
      return true;
    } catch {
      this.timer = setTimeout(() => this.flush(), RETRY);
      return this.failed(this.words.offline);
    }
  }

  send(content, was) {
    return fetch(this.root.dataset.save, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": formKey() },
      body: JSON.stringify({ content, was }),
    });
  }

  failed(words) {
    this.dirty = true;
    this.tell(words, "failed");
    return false;
  }

  async overtaken(content, theirs) {
    this.dirty = true;
    this.tell(this.words.overtaken, "failed");
    const choice = await askConflict(this, content, theirs);
    if (choice === "theirs") {
      this.dirty = false;
      location.reload();
      return false;
    }
    if (choice !== "mine") return false;
    this.was = theirs.digest;
    return this.save();
  }

  async reason(answer) {
    try {
      return (await answer.json()).message;
    } catch {
      return "";
    }
  }

  tell(words, mood) {
    if (!this.state) return;
    this.state.textContent = words;
    this.state.dataset.mood = mood;
  }
}
