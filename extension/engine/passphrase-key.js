// Derives a key from a passphrase: PBKDF2-SHA256 over its Unicode NFC form.

export const ROUNDS = 600_000; // OWASP's minimum for PBKDF2-SHA256

/** @returns {Promise<CryptoKey>} a key for AES-GCM with 256 bits */
export async function deriveKey(passphrase, salt, rounds) {
  const bytes = new TextEncoder().encode(passphrase.normalize("NFC"));
  const base = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(algorithm, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
