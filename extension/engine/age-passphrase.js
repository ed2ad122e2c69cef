// The passphrase ("scrypt") recipient and identity of age: https://github.com/C2SP/C2SP/blob/main/age.md#scrypt-recipient-stanza
//
// The library has its own, but they block the thread for seconds. These derive the key asynchronously.

import { Stanza } from "../vendor/age/index.js";
import { base64nopad } from "../vendor/base/index.js";
import { chacha20poly1305 } from "../vendor/ciphers/chacha.js";
import { scryptAsync } from "../vendor/hashes/scrypt.js";

// OWASP's recommendation. Needs 128 MB of memory for a moment; each step more doubles memory and time.
const WORK_FACTOR = 17;
const MAX_WORK_FACTOR = 20; // 1 GB
const LABEL = new TextEncoder().encode("age-encryption.org/v1/scrypt");
const NONCE = new Uint8Array(12); // fixed: each key encrypts one message

/** The stanza can't be opened: `reason` is wrong-passphrase, not-passphrase, work-factor or damaged. */
export class PassphraseError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class PassphraseRecipient {
  #passphrase;

  constructor(passphrase) {
    this.#passphrase = passphrase;
  }

  async wrapFileKey(fileKey) {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const key = await deriveKey(this.#passphrase, salt, WORK_FACTOR);
    const args = ["scrypt", base64nopad.encode(salt), String(WORK_FACTOR)];
    return [new Stanza(args, chacha20poly1305(key, NONCE).encrypt(fileKey))];
  }
}

export class PassphraseIdentity {
  #passphrase;

  constructor(passphrase) {
    this.#passphrase = passphrase;
  }

  /** Returns the file key. Rejects with a PassphraseError. */
  async unwrapFileKey(stanzas) {
    const [stanza] = stanzas;
    if (stanzas.length !== 1 || stanza.args[0] !== "scrypt") throw new PassphraseError("not-passphrase");
    const [, saltText, workFactor] = stanza.args;
    if (stanza.args.length !== 3 || !/^[1-9][0-9]*$/.test(workFactor) || stanza.body.length !== 32) throw new PassphraseError("damaged");
    if (Number(workFactor) > MAX_WORK_FACTOR) throw new PassphraseError("work-factor");
    const salt = base64nopad.decode(saltText);
    if (salt.length !== 16) throw new PassphraseError("damaged");
    const key = await deriveKey(this.#passphrase, salt, Number(workFactor));
    try {
      return chacha20poly1305(key, NONCE).decrypt(stanza.body);
    } catch {
      throw new PassphraseError("wrong-passphrase");
    }
  }
}

function deriveKey(passphrase, salt, workFactor) {
  const labeledSalt = new Uint8Array([...LABEL, ...salt]);
  return scryptAsync(passphrase.normalize("NFC"), labeledSalt, { N: 2 ** workFactor, r: 8, p: 1, dkLen: 32 });
}
