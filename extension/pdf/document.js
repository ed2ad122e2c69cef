// Opens PDF files with pdf.js, in a worker of its own.

import { startPdfWorker } from "../engine/network-lockdown.js";

const FOLDER = new URL("../vendor/pdf/", import.meta.url);
const PDF_MARK = "%PDF-";
const MARK_WITHIN = 1_024; // bytes; readers accept a file whose mark comes this late

/** The file can't be opened. `reason` is the id of one of the core's notices. */
export class UnreadablePdf extends Error {
  constructor(reason, detail = "") {
    super(detail || reason);
    this.reason = reason;
  }
}

/** An open PDF file. `close` ends its worker and frees its memory. */
export class PdfDocument {
  #worker;
  #task;

  constructor(worker, task, pdf) {
    this.#worker = worker;
    this.#task = task;
    this.pdf = pdf;
  }

  /**
   * @param {Blob} file
   * @param {AbortSignal} [signal]
   * @returns {Promise<PdfDocument>} Rejects with UnreadablePdf.
   */
  static async open(file, signal) {
    const head = await file.slice(0, MARK_WITHIN + PDF_MARK.length).text();
    if (!head.includes(PDF_MARK)) throw new UnreadablePdf("pdf-damaged");
    const worker = startPdfWorker();
    try {
      const [pdfjs, buffer] = await Promise.all([import("../vendor/pdf/pdf.min.mjs"), file.arrayBuffer()]);
      signal?.throwIfAborted();
      const task = pdfjs.getDocument({
        data: new Uint8Array(buffer),
        worker: new pdfjs.PDFWorker({ port: worker }),
        cMapUrl: new URL("cmaps/", FOLDER).href,
        cMapPacked: true,
        standardFontDataUrl: new URL("fonts/", FOLDER).href,
        wasmUrl: new URL("wasm/", FOLDER).href,
        useWorkerFetch: true,
        useSystemFonts: false,
        disableFontFace: true, // network-lockdown.js removes FontFace
        isEvalSupported: false,
        enableXfa: false,
        stopAtErrors: false,
        verbosity: pdfjs.VerbosityLevel.ERRORS,
      });
      signal?.addEventListener("abort", () => worker.terminate());
      const failed = new Promise((_, reject) => {
        worker.onerror = (event) => reject(new Error(event.message));
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
      return new PdfDocument(worker, task, await Promise.race([task.promise, failed]));
    } catch (error) {
      worker.terminate();
      if (signal?.aborted) throw signal.reason;
      if (error.name === "PasswordException") throw new UnreadablePdf("pdf-encrypted");
      throw new UnreadablePdf("pdf-damaged", error.message);
    }
  }

  close() {
    this.#task.destroy().catch(() => {}).finally(() => this.#worker.terminate());
  }
}
