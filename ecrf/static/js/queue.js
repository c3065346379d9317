// Drafts leave in the order they were typed, one request at a time, and are tried again until the
// server has them. They wait in memory only: nothing is kept in the browser.

const LONGEST = 2000; // ms that what was typed waits while typing goes on
const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds between two tries

export class Queue {
  waiting = new Map(); // path -> entry
  flying = new Map();
  since = null; // when the oldest entry that the server lacks was typed
  problem = ""; // why it is no use to try again by itself
  why = ""; // what the server says of the last try that failed
  failures = 0;
  #first = 0; // when the oldest entry that waits was typed
  #timer = 0;
  #turn = Promise.resolve();

  constructor(send, report) {
    this.send = send;
    this.report = report;
  }

  get unsent() {
    return this.waiting.size + this.flying.size;
  }

  put(path, entry, delay = 0) {
    if (!this.waiting.size) this.#first = performance.now();
    this.waiting.delete(path);
    this.waiting.set(path, entry);
    this.since ??= new Date();
    const left = Math.max(0, this.#first + LONGEST - performance.now());
    this.#wake(Math.max(Math.min(delay, left), this.#pause()));
    this.report();
  }

  holds(path) {
    return this.waiting.has(path) || this.flying.has(path);
  }

  /** Send what waits; resolves when the server has it. */
  flush() {
    clearTimeout(this.#timer);
    return this.alone(() => this.#send());
  }

  /** Run a task while no draft is under way, so that a save and a draft never cross. */
  alone(task) {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #wake(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush().catch(() => {}), delay);
  }

  #pause() {
    return this.failures ? 1000 * PAUSES[Math.min(this.failures, PAUSES.length) - 1] : 0;
  }

  async #send() {
    if (!this.waiting.size) return;
    [this.flying, this.waiting] = [this.waiting, new Map()];
    try {
      await this.send(Object.fromEntries(this.flying));
      Object.assign(this, { failures: 0, problem: "", why: "" });
      this.since = this.waiting.size ? new Date() : null;
    } catch (error) {
      this.waiting = new Map([...this.flying, ...this.waiting]);
      this.failures += 1;
      Object.assign(this, { problem: error.stop ?? "", why: error.why ?? "" });
      if (!this.problem) this.#wake(this.#pause());
      throw error;
    } finally {
      this.flying = new Map();
      this.report();
    }
  }
}
