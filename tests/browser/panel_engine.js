// Replaces engine/client.js in the design tests: requests go to Python, where the real views handle them.

export class EngineError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class EngineClient {
  unlock = null;
  onLocked = null;

  async warm() {}

  close() {}

  async request(name, payload = {}, options = {}) {
    for (;;) {
      try {
        return await this.#request(name, payload, options);
      } catch (error) {
        if (error.code !== "locked" || !this.unlock) throw error;
        await this.unlock();
      }
    }
  }

  async #request(name, payload, { onProgress, signal }) {
    const aborted = new Promise((_, reject) => {
      const cancel = () => reject(new EngineError("cancelled", "Cancelled."));
      if (signal?.aborted) cancel();
      signal?.addEventListener("abort", cancel);
    });
    const work = async () => {
      const { error, progress, answer } = await globalThis.askCore(name, payload);
      if (error) throw new EngineError(error.code, error.message);
      if (progress) {
        onProgress?.(...progress);
        await new Promise((release) => (globalThis.stub.release = release));
      }
      return answer;
    };
    return Promise.race([work(), aborted]);
  }
}
