// SHA-256, for the files of the package and the slots of the lock file.

/** @param {BufferSource} bytes @returns {Promise<Uint8Array>} 32 bytes */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** Returns the digest as lowercase hexadecimal, as manifests have it. */
export async function sha256Hex(bytes) {
  return Array.from(await sha256(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
