// Exports encrypted with a passphrase, as age files (https://age-encryption.org/v1). Data is streamed in chunks of 64 KB, so
// memory use doesn't depend on the size of the file. Files of earlier versions (legacy-export.js) can still be read.

import { Decrypter, Encrypter } from "../vendor/age/index.js";
import { PassphraseError, PassphraseIdentity, PassphraseRecipient } from "./age-passphrase.js";
import { text } from "../messages.js";
import { decryptLegacyExport, isLegacyExport, LegacyExportError } from "./legacy-export.js";

const AGE_HEADER = new TextEncoder().encode("age-encryption.org/v1\n");

/** Number of bytes that `isEncryptedExport` needs. */
export const HEADER_LENGTH = AGE_HEADER.length;

const REASONS = {
  damaged: text("encrypted_file.damaged"),
  "newer-version": text("encrypted_file.newer_version"),
  "not-encrypted": text("encrypted_file.not_encrypted"),
  "not-passphrase": text("encrypted_file.not_passphrase"),
  "trailing-data": text("encrypted_file.trailing_data"),
  truncated: text("encrypted_file.truncated"),
  "work-factor": text("encrypted_file.work_factor"),
  "wrong-passphrase": text("encrypted_file.wrong_passphrase"),
};

/** The file can't be decrypted. `message` is text for the user. */
export class EncryptedExportError extends Error {
  /** @param {keyof typeof REASONS} reason */
  constructor(reason) {
    super(REASONS[reason]);
    this.reason = reason;
  }
}

/** Returns whether a file is an encrypted export. @param {Uint8Array} beginning its first bytes */
export function isEncryptedExport(beginning) {
  return AGE_HEADER.every((byte, index) => beginning[index] === byte) || isLegacyExport(beginning);
}

/**
 * @param {string} passphrase
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {Promise<ReadableStream<Uint8Array>>}
 */
export async function encryptExport(passphrase, stream) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(new PassphraseRecipient(passphrase));
  return encrypter.encrypt(stream);
}

/**
 * Decrypts a file. Every chunk of the result is authentic, but the file is complete only if the stream ends without an error.
 * @param {string} passphrase
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {ReadableStream<Uint8Array>} errors with an EncryptedExportError
 */
export function decryptExport(passphrase, stream) {
  const chunks = decryptedChunks(passphrase, stream);
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        throw asExportError(error);
      }
    },
    cancel: () => chunks.return(),
  });
}

async function* decryptedChunks(passphrase, stream) {
  const [beginning, whole] = await peek(stream, HEADER_LENGTH);
  if (!isEncryptedExport(beginning)) throw new EncryptedExportError("not-encrypted");
  if (isLegacyExport(beginning)) {
    yield* decryptLegacyExport(passphrase, whole);
    return;
  }
  const decrypter = new Decrypter();
  decrypter.addIdentity(new PassphraseIdentity(passphrase));
  const reader = (await decrypter.decrypt(whole)).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function asExportError(error) {
  if (error instanceof EncryptedExportError || error.name === "AbortError") return error;
  if (error instanceof PassphraseError || error instanceof LegacyExportError) return new EncryptedExportError(error.reason);
  return new EncryptedExportError("damaged"); // the library's errors have no codes
}

/** Returns the first bytes of a stream (fewer if it is shorter), and a stream that still begins with them. */
export async function peek(stream, length) {
  const reader = stream.getReader();
  const chunks = [];
  let size = 0;
  let ended = false;
  while (size < length && !ended) {
    const { done, value } = await reader.read();
    ended = done;
    if (value) chunks.push(value);
    size += value?.length ?? 0;
  }
  const beginning = new Uint8Array(chunks.reduce((bytes, chunk) => [...bytes, ...chunk.subarray(0, length - bytes.length)], []));
  const whole = new ReadableStream({
    async pull(controller) {
      if (chunks.length) {
        controller.enqueue(chunks.shift());
        return;
      }
      const { done, value } = ended ? { done: true } : await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return [beginning, whole];
}
